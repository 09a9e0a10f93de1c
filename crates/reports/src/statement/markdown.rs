//! Markdown: headings and tables. Ids may hold whatever Markdown gives a meaning to; it is escaped.

use super::content::{Document, Level, Section};
use super::table::{Kind, Table};

pub(super) fn write(document: &Document) -> String {
    let mut text = format!("# {}\n\n", escape(&document.title));
    for (label, value) in &document.heading {
        text.push_str(&format!("- {label}: {}\n", escape(value)));
    }
    document.sections.iter().for_each(|one| section(one, &mut text));
    text
}

fn section(section: &Section, text: &mut String) {
    let level = if section.level == Level::Part { "###" } else { "##" };
    text.push_str(&format!("\n{level} {}\n", escape(&section.title)));
    if let Some(said) = &section.said {
        text.push_str(&format!("\n{}\n", escape(said)));
    }
    if let Some(table) = &section.table {
        text.push('\n');
        self::table(table, text);
    }
}

pub(super) fn table(table: &Table, text: &mut String) {
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    text.push_str(&row(table.columns.iter().map(|column| column.name.to_owned()).collect()));
    let rule = |kind: Kind| if kind.is_figure() { "---:" } else { "---" };
    text.push_str(&row(table.columns.iter().map(|column| rule(column.kind).to_owned()).collect()));
    for cells in &table.rows {
        text.push_str(&row(table.shown(cells).iter().map(|cell| escape(cell)).collect()));
    }
}

pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for char in text.chars() {
        if "\\`*_[]<>|~#&$".contains(char) {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}
