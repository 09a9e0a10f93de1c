//! The index of statements that are handed out together: who, what is owed, and the file.

use super::table::{Column, Table, file, money, text};
use super::{Format, Handout, file_name, html, markdown};

const INDEX: [Column; 6] =
    [text("partner"), text("name"), money("earned"), money("closing"), money("payable"), file("file")];

/// The name and the bytes of the index, by partner: Markdown and HTML as the statements are, CSV beside the others.
pub fn index(handouts: &[Handout], format: Format) -> (String, Vec<u8>) {
    let places = handouts.first().map_or(0, Handout::places);
    let mut table = Table::new(&INDEX, places);
    for handout in handouts {
        let statement = handout.statement();
        let of = &statement.balance;
        let earned = super::lines::sum([of.accrued.as_str(), of.adjusted.as_str()].into_iter());
        let file = file_name(&statement.partner, &statement.period, format);
        let name = handout.name.as_deref().unwrap_or_default();
        table.row([&statement.partner, name, &earned, &of.closing, &of.payable, &file]);
    }
    let title = handouts.first().map_or_else(
        || "Statements".to_owned(),
        |first| format!("Statements for {}, amounts in {}", first.statement().period, first.statement().currency),
    );
    match format {
        Format::Markdown => {
            let mut text = format!("# {}\n\n", markdown::escape(&title));
            markdown::table(&table, &mut text);
            ("index.md".to_owned(), text.into_bytes())
        }
        Format::Html => ("index.html".to_owned(), html::index(&title, &table).into_bytes()),
        Format::Csv | Format::Xlsx => {
            let head = INDEX.map(|column| column.name.to_owned());
            let rows = table.rows.into_iter().filter_map(|row| row.try_into().ok());
            let rows: Vec<[String; 6]> = std::iter::once(head).chain(rows).collect();
            ("index.csv".to_owned(), crate::csv_text(&rows).into_bytes())
        }
    }
}
