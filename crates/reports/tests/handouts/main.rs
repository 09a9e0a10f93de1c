//! Statements as they are handed out: the figures tie, every format says the same, and the bytes follow from the ledger.

mod ledger;

use std::collections::BTreeMap;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use ledger::Ledger;
use tributary_domain::money::CreditAmount;
use tributary_reports::statement::{Format, Handout, file_name, index};

const CASES: [&str; 7] = ["000-first", "001-mixed", "002-mixed", "003-mixed", "004-mixed", "005-mixed", "006-mixed"];

/// A row of the CSV by its columns' names.
type Row = BTreeMap<String, String>;

fn rows(handout: &Handout) -> Vec<Row> {
    let bytes = handout.write(Format::Csv).expect("CSV");
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let head: Vec<String> = reader.headers().expect("a head").iter().map(str::to_owned).collect();
    let row = |row: Result<csv::StringRecord, csv::Error>| {
        let row = row.expect("a row");
        head.iter().cloned().zip(row.iter().map(str::to_owned)).collect()
    };
    reader.records().map(row).collect()
}

fn of_section<'a>(rows: &'a [Row], section: &'a str) -> impl Iterator<Item = &'a Row> {
    rows.iter().filter(move |row| row["section"] == section)
}

fn sum<'a>(rows: impl Iterator<Item = &'a Row>, column: &str) -> String {
    let read = |text: &str| text.parse::<CreditAmount>().unwrap_or_else(|error| panic!("`{text}` {error}"));
    CreditAmount::sum(rows.map(|row| read(&row[column]))).expect("in range").to_string()
}

fn same<'a>(row: &'a Row, other: &'a Row, columns: &'a [&str]) -> bool {
    columns.iter().all(|column| row[*column] == other[*column])
}

#[test]
fn l5_the_figures_of_every_statement_tie() {
    let mut credited = 0;
    for case in CASES {
        for handout in Ledger::of(case).handouts() {
            let rows = rows(&handout);
            let line = ["period", "plan"];
            for one in of_section(&rows, "line") {
                let deals: Vec<&Row> = of_section(&rows, "deal").filter(|deal| same(deal, one, &line)).collect();
                assert_eq!(sum(deals.iter().copied(), "amount"), one["amount"], "{case}: {one:?}");
                assert_eq!(sum(deals.iter().copied(), "of"), one["of"], "{case}: {one:?}");
                let steps = of_section(&rows, "step").filter(|step| same(step, one, &line));
                assert_eq!(steps.last().map(|step| &step["amount"]), Some(&one["amount"]), "{case}: {one:?}");
                for deal in deals.into_iter().filter(|_| one["kind"] == "accrual") {
                    let credits =
                        of_section(&rows, "credit").filter(|credit| same(credit, deal, &["period", "plan", "deal"]));
                    assert_eq!(sum(credits, "amount"), deal["of"], "{case}: {deal:?}");
                    credited += 1;
                }
            }
            let balance = |name: &str| {
                let mut of = of_section(&rows, "balance").filter(|row| row["what"] == name);
                of.next().map(|row| row["amount"].clone()).expect("a balance")
            };
            let lines = |kind: &'static str| of_section(&rows, "line").filter(move |row| row["kind"] == kind);
            assert_eq!(sum(lines("accrual"), "amount"), balance("accrued"), "{case}");
            assert_eq!(sum(lines("adjustment"), "amount"), balance("adjusted"), "{case}");
            let paid = of_section(&rows, "payout").filter(|row| !row["amount"].is_empty());
            assert_eq!(sum(paid, "amount"), balance("paid"), "{case}");
        }
    }
    assert!(credited > 50, "{credited} deals have credits");
}

#[test]
fn a_workbook_holds_the_figures_as_numbers_and_what_they_cannot_hold_as_text() {
    let mut exact = 0;
    for case in CASES {
        for handout in Ledger::of(case).handouts() {
            let bytes = handout.write(Format::Xlsx).expect("a workbook");
            let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
            assert_eq!(book.sheet_names(), ["Summary", "Lines", "Deals", "Credits"]);
            let rows = rows(&handout);
            for (sheet, section, figures) in
                [("Deals", "deal", [(4, "of"), (7, "amount")]), ("Credits", "credit", [(7, "of"), (9, "amount")])]
            {
                let range = book.worksheet_range(sheet).expect("a sheet");
                let said: Vec<&Row> = of_section(&rows, section).collect();
                assert_eq!(range.rows().count(), said.len() + 1, "{case}, {sheet}");
                for (found, said) in range.rows().skip(1).zip(said) {
                    for (at, column) in figures {
                        let Data::Float(number) = found[at] else { panic!("{case}, {sheet}: {found:?}") };
                        assert_eq!(number, said[column].parse::<f64>().expect("a number"), "{case}, {sheet}");
                        let digits = said[column].bytes().filter(u8::is_ascii_digit).skip_while(|b| *b == b'0').count();
                        let beside = found.last().map(ToString::to_string).unwrap_or_default();
                        assert_eq!(beside.contains(&said[column]) && digits > 15, digits > 15, "{beside}");
                        exact += usize::from(digits > 15);
                    }
                }
            }
        }
    }
    assert!(exact > 10, "{exact} figures have more digits than a spreadsheet keeps");
}

#[test]
fn the_same_ledger_gives_the_same_bytes_whatever_the_order_of_its_events() {
    let (one, other) = (Ledger::of("004-mixed"), Ledger::backwards("004-mixed"));
    for format in [Format::Markdown, Format::Csv, Format::Xlsx, Format::Html] {
        let write = |ledger: &Ledger| -> Vec<Vec<u8>> {
            let handouts = ledger.handouts();
            let written = handouts.iter().map(|handout| handout.write(format).expect("a document"));
            written.chain([index(&handouts, format).1]).collect()
        };
        assert!(write(&one) == write(&other), "{format:?}");
    }
}

#[test]
fn a_page_needs_nothing_beside_it_and_ids_are_never_markup() {
    let handout = Ledger::of("000-first").handout("p-msp", "2026-02");
    let page = String::from_utf8(handout.write(Format::Html).expect("a page")).expect("text");
    for outside in ["http", "src=", "<script", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let handout = Ledger::nasty().handout("<i>&\"p\"|*1*<b>", "2026-01");
    let page = String::from_utf8(handout.write(Format::Html).expect("a page")).expect("text");
    assert!(page.contains("<dd>&lt;i&gt;&amp;&quot;p&quot;|*1*&lt;b&gt;</dd>") && !page.contains("<i>"), "{page}");
    let text = String::from_utf8(handout.write(Format::Markdown).expect("a page")).expect("text");
    assert!(text.contains("- Partner: \\<i\\>\\&\"p\"\\|\\*1\\*\\<b\\>\n"), "{text}");
    handout.write(Format::Xlsx).expect("a workbook");
}

#[test]
fn what_people_read_is_as_it_was() {
    let first = Ledger::of("000-first");
    let mixed = Ledger::of("004-mixed");
    for (name, handout) in [
        ("p-reg-2026-01.md", first.handout("p-reg", "2026-01")),
        ("p-reg-2026-02.md", first.handout("p-reg", "2026-02")),
        ("p1-2026-03.md", mixed.handout("p1", "2026-03")),
    ] {
        let written = String::from_utf8(handout.write(Format::Markdown).expect("a page")).expect("text");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages").join(name);
        if std::env::var_os("UPDATE_PAGES").is_some() {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("make the folder");
            std::fs::write(&path, &written).expect("write a page");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(written, kept, "{name} has changed; set UPDATE_PAGES=1 and review it");
    }
}

#[test]
fn the_index_names_the_file_of_every_statement() {
    let handouts: Vec<Handout> = Ledger::of("000-first").of_period("2026-02");
    let (name, bytes) = index(&handouts, Format::Html);
    let page = String::from_utf8(bytes).expect("text");
    assert_eq!(name, "index.html");
    for partner in ["p-reg", "p-msp"] {
        let file = file_name(partner, "2026-02", Format::Html);
        assert!(page.contains(&format!("<a href=\"{file}\">{file}</a>")), "{page}");
    }
    let (name, bytes) = index(&handouts, Format::Xlsx);
    assert_eq!(name, "index.csv");
    assert_eq!(String::from_utf8(bytes).expect("text").lines().count(), handouts.len() + 1);
}
