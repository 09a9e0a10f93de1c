//! The journal as CSV (RFC 4180): a row for each posting, the entry's fields repeated; ids and amounts as they are.

use tributary_finance::Journal;

const HEAD: [&str; 11] =
    ["entry", "kind", "booked", "day", "description", "account", "debit", "credit", "currency", "deal", "original"];

/// The journal as CSV.
pub fn csv(journal: &Journal) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    for entry in &journal.entries {
        let original =
            entry.original.as_ref().map_or_else(String::new, |said| format!("{} {}", said.amount, said.currency));
        for posting in &entry.postings {
            let (debit, credit) = match posting.side {
                "debit" => (posting.amount.clone(), String::new()),
                _ => (String::new(), posting.amount.clone()),
            };
            rows.push([
                entry.id.clone(),
                entry.kind.to_owned(),
                entry.booked.clone(),
                entry.day.clone(),
                entry.description.clone(),
                posting.account.clone(),
                debit,
                credit,
                posting.currency.clone(),
                posting.deal.clone().unwrap_or_default(),
                original.clone(),
            ]);
        }
    }
    crate::csv_text(&rows)
}
