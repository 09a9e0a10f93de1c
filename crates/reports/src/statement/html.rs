//! HTML: one page with nothing outside it, light or dark on a screen, black on white in print, table heads repeated on every
//! page.

use super::content::{Document, Level, Section};
use super::table::{Kind, Table};
use crate::decimal::places_of;

const STYLE: &str = "\
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --rule: #d1d9e0; --paper: #ffffff; --band: #f6f8fa; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --rule: #3d444d; --paper: #0d1117; --band: #151b23; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem; max-width: 70rem; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; padding-top: .5rem; border-top: 1px solid var(--rule); overflow-wrap: anywhere; }
h3 { font-size: .95rem; margin: 1.25rem 0 .4rem; color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.25rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
p { margin: .4rem 0; overflow-wrap: anywhere; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; font-weight: 600; color: var(--soft); border-bottom: 2px solid var(--rule); }
th, td { padding: .3rem .6rem; vertical-align: top; }
td { border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
tbody tr:nth-child(even) { background: var(--band); }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
@page { size: A4; margin: 16mm 14mm; @bottom-right { content: counter(page) \" / \" counter(pages); font: 8pt system-ui, sans-serif; } }
@media print {
:root { color-scheme: light; --ink: #000000; --soft: #333333; --rule: #999999; --paper: #ffffff; --band: #ffffff; }
body { padding: 0; max-width: none; font-size: 9.5pt; }
.table { overflow: visible; } table { font-size: 8pt; } th, td { padding: .15rem .4rem; }
h2, h3 { break-after: avoid; } tr, dl { break-inside: avoid; } thead { display: table-header-group; }
section.line { break-before: page; }
}";

pub(super) fn write(document: &Document) -> String {
    let title = escape(&document.title);
    let mut body = format!("<h1>{title}</h1>\n<dl>\n");
    for (label, value) in &document.heading {
        body.push_str(&format!("<dt>{label}</dt><dd>{}</dd>\n", escape(value)));
    }
    body.push_str("</dl>\n");
    let mut open = false;
    for section in &document.sections {
        if section.level != Level::Part {
            body.push_str(if open { "</section>\n" } else { "" });
            let class = if section.level == Level::Line { " class=\"line\"" } else { "" };
            body.push_str(&format!("<section{class}>\n"));
            open = true;
        }
        self::section(section, &mut body);
    }
    body.push_str(if open { "</section>\n" } else { "" });
    page(&title, &body)
}

/// The page that leads to the others.
pub(super) fn index(title: &str, table: &Table) -> String {
    let title = escape(title);
    let mut body = format!("<h1>{title}</h1>\n");
    self::table(table, &mut body);
    page(&title, &body)
}

/// A page of its own, with the style that all share.
fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n{STYLE}\n</style>\n</head>\n\
         <body>\n{body}</body>\n</html>\n"
    )
}

fn section(section: &Section, body: &mut String) {
    let level = if section.level == Level::Part { "h3" } else { "h2" };
    body.push_str(&format!("<{level}>{}</{level}>\n", escape(&section.title)));
    if let Some(said) = &section.said {
        body.push_str(&format!("<p>{}</p>\n", escape(said)));
    }
    if let Some(table) = &section.table {
        self::table(table, body);
    }
}

fn table(table: &Table, body: &mut String) {
    let class = |kind: Kind| if kind.is_figure() { " class=\"figure\"" } else { "" };
    body.push_str("<div class=\"table\"><table>\n<thead><tr>");
    for column in table.columns {
        body.push_str(&format!("<th{}>{}</th>", class(column.kind), escape(column.name)));
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    let rows: Vec<Vec<String>> = table.rows.iter().map(|cells| table.shown(cells)).collect();
    let widest = |at: usize| rows.iter().map(|row| places_of(&row[at])).max().unwrap_or(0);
    let places: Vec<usize> = (0..table.columns.len()).map(widest).collect();
    for row in &rows {
        let pointed = row.iter().zip(&places).map(|(cell, places)| (cell, blanks(cell, *places)));
        let shown = pointed.zip(table.columns);
        let cells = shown.map(|((cell, blanks), column)| match column.kind {
            Kind::File => format!("<td><a href=\"{}\">{}</a></td>", escape(&cell.replace('%', "%25")), escape(cell)),
            Kind::Money => format!("<td class=\"figure\">{}{blanks}</td>", escape(cell)),
            kind => format!("<td{}>{}</td>", class(kind), escape(cell)),
        });
        body.push_str(&format!("<tr>{}</tr>\n", cells.collect::<String>()));
    }
    body.push_str("</tbody>\n</table></div>\n");
}

/// Blanks as wide as the decimal places that a figure has not, so that points stand under each other.
fn blanks(figure: &str, places: usize) -> String {
    let missing = if figure.is_empty() { 0 } else { places - places_of(figure) };
    let point = if missing > 0 && !figure.contains('.') { "\u{2008}" } else { "" };
    format!("{point}{}", "\u{2007}".repeat(missing))
}

pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char => escaped.push(char),
        }
    }
    escaped
}
