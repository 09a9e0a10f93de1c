//! A workbook: sheets for the summary, the lines with their arithmetic, the deals and the credits. Figures are numbers with
//! the currency's format; a spreadsheet keeps fifteen digits, so what has more stands beside them exactly, as text. The
//! workbook's times are the statement's: the same statement gives the same bytes.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::Handout;
use super::content::{Document, document, heading, proof};
use super::lines::lines;
use super::table::{Column, Kind, Table, money, ratio, text};

/// Digits that a spreadsheet keeps of a number.
const DIGITS_MAX: usize = 15;

const LINES: [Column; 9] = [
    text("period"),
    text("plan"),
    text("version from"),
    text("kind"),
    text("step"),
    money("of"),
    ratio("by"),
    money("gives"),
    text("exactly"),
];
const DEALS: [Column; 9] = [
    text("period"),
    text("plan"),
    text("account"),
    text("deal"),
    money("base"),
    money("now"),
    money("recognised before"),
    money("amount"),
    text("exactly"),
];
const CREDITS: [Column; 11] = [
    text("period"),
    text("plan"),
    text("account"),
    text("deal"),
    text("product"),
    text("vendor"),
    text("role"),
    money("facts of the month"),
    ratio("share"),
    money("credit"),
    text("exactly"),
];

pub(super) fn write(handout: &Handout) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let document = document(handout);
    let properties = DocProperties::new().set_title(&document.title);
    workbook.set_properties(&properties.set_creation_datetime(&instant(&handout.statement().known_at)?));
    summary(workbook.add_worksheet().set_name("Summary")?, handout, &document)?;
    for (name, table) in [("Lines", steps(handout)), ("Deals", deals(handout)), ("Credits", credits(handout))] {
        let sheet = workbook.add_worksheet().set_name(name)?;
        sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?.set_landscape().set_print_fit_to_pages(1, 0);
        put(sheet, 0, &table)?;
    }
    workbook.save_to_buffer()
}

/// An instant of ours; a workbook knows no zone, so it is UTC.
fn instant(text: &str) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::parse_from_str(text.get(..19).unwrap_or(text))
}

/// Heading, balance, payouts and holds under each other, then the proof.
fn summary(sheet: &mut Worksheet, handout: &Handout, document: &Document) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.write_string_with_format(0, 0, &document.title, &bold)?;
    let mut at = 1;
    for (label, value) in heading(handout) {
        sheet.write_string(at, 0, label)?.write_string(at, 1, value)?;
        at += 1;
    }
    for section in document.sections.iter().filter(|section| ["Balance", "Payouts", "Holds"].contains(&&*section.title))
    {
        let Some(table) = &section.table else { continue };
        put(sheet, at + 1, table)?;
        at += 2 + table.rows.len() as u32;
    }
    for said in proof(handout) {
        at += 1;
        sheet.write_string(at, 0, said)?;
    }
    Ok(())
}

/// A table with its head, from a row on.
fn put(sheet: &mut Worksheet, from: u32, table: &Table) -> Result<(), XlsxError> {
    let head = Format::new().set_bold();
    let figure_head = Format::new().set_bold().set_align(FormatAlign::Right);
    let formats =
        [Kind::Money, Kind::Ratio].map(|kind| Format::new().set_num_format(number_format(kind, table.places)));
    for (at, column) in (0..).zip(table.columns) {
        let format = if column.kind.is_figure() { &figure_head } else { &head };
        sheet.write_string_with_format(from, at, column.name, format)?;
        let widest = table.rows.iter().map(|row| table.shown(row)[usize::from(at)].chars().count()).max().unwrap_or(0);
        let width = widest.max(column.name.chars().count()).clamp(8, 60) as f64;
        sheet.set_column_width(at, width + 2.0)?;
    }
    for (row, cells) in (from + 1..).zip(&table.rows) {
        for ((at, column), cell) in (0..).zip(table.columns).zip(cells) {
            match (column.kind, cell.parse::<f64>()) {
                _ if cell.is_empty() => {}
                (Kind::Money, Ok(number)) => drop(sheet.write_number_with_format(row, at, number, &formats[0])?),
                (Kind::Ratio, Ok(number)) => drop(sheet.write_number_with_format(row, at, number, &formats[1])?),
                _ => drop(sheet.write_string(row, at, cell)?),
            }
        }
    }
    Ok(())
}

fn number_format(kind: Kind, places: usize) -> String {
    match (kind, places) {
        (Kind::Ratio, _) => "0.00#####%".to_owned(),
        (_, 0) => "#,##0".to_owned(),
        (_, places) => format!("#,##0.{}", "0".repeat(places)),
    }
}

/// The figures of a row that a spreadsheet cannot keep, as text.
fn exactly(columns: &[Column], cells: &[String]) -> String {
    let digits = |cell: &str| cell.bytes().filter(u8::is_ascii_digit).skip_while(|byte| *byte == b'0').count();
    let long =
        columns.iter().zip(cells).filter(|(column, cell)| column.kind == Kind::Money && digits(cell) > DIGITS_MAX);
    long.map(|(column, cell)| format!("{} {cell}", column.name)).collect::<Vec<_>>().join("; ")
}

fn push(table: &mut Table, cells: &[&str]) {
    let mut row: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
    row.push(exactly(table.columns, &row));
    table.rows.push(row);
}

fn steps(handout: &Handout) -> Table {
    let mut table = Table::new(&LINES, handout.places());
    for line in lines(handout) {
        let shown = line.shown;
        let of = [shown.period.as_str(), &shown.plan, line.version(), &shown.kind];
        push(&mut table, &[of[0], of[1], of[2], of[3], "line", &shown.base, "", &shown.amount]);
        for step in line.steps() {
            push(&mut table, &[of[0], of[1], of[2], of[3], &step.what, &step.part, &step.rate, &step.gives]);
        }
    }
    table
}

fn deals(handout: &Handout) -> Table {
    let mut table = Table::new(&DEALS, handout.places());
    for line in lines(handout) {
        for deal in line.deals() {
            let (period, plan) = (&line.shown.period, &line.shown.plan);
            let figures = [deal.base, &deal.now, &deal.before, deal.amount];
            let [base, now, before, amount] = figures;
            push(&mut table, &[period, plan, deal.account, deal.deal, base, now, before, amount]);
        }
    }
    table
}

fn credits(handout: &Handout) -> Table {
    let mut table = Table::new(&CREDITS, handout.places());
    for line in lines(handout) {
        for credit in line.credits() {
            let (period, plan, of) = (&line.shown.period, &line.shown.plan, credit.of);
            let names = [credit.account, credit.deal, &of.product, &of.vendor, &of.role];
            let [account, deal, product, vendor, role] = names;
            let figures = [credit.facts.as_str(), &credit.shares, &of.amount];
            let [facts, shares, amount] = figures;
            push(&mut table, &[period, plan, account, deal, product, vendor, role, facts, shares, amount]);
        }
    }
    table
}
