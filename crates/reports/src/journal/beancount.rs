//! The journal for beancount. Its accounts have five roots and names of letters, digits and dashes; ours become:
//!
//! | ours | beancount's |
//! |---|---|
//! | `cash:` | `Assets:Cash:` |
//! | `receivable:` | `Assets:Receivable:` |
//! | `payable:` | `Liabilities:Payable:` |
//! | `refunds:` | `Income:Refunds:` |
//! | `expense:commission:` | `Expenses:Commission:` |
//! | `expense:marketplace-fee:` | `Expenses:MarketplaceFee:` |
//! | `tax:` | `Expenses:Tax:` |
//!
//! The id after them begins with its first letter as a capital, `p-msp` as `P-msp`; one that does not begin with a small
//! letter or a digit stands after `X---`. Any other character than a letter or digit of ASCII is its code in hexadecimal
//! between `--` and `-`, but for a dash before a letter or digit. The exact name is the `name` of the account's `open`.

use tributary_finance::Journal;
use tributary_finance::journal::JournalEntry;

use super::{accounts, currencies, signed};

const PARENTS: [(&str, &str); 7] = [
    ("cash:", "Assets:Cash:"),
    ("expense:commission:", "Expenses:Commission:"),
    ("expense:marketplace-fee:", "Expenses:MarketplaceFee:"),
    ("payable:", "Liabilities:Payable:"),
    ("receivable:", "Assets:Receivable:"),
    ("refunds:", "Income:Refunds:"),
    ("tax:", "Expenses:Tax:"),
];

/// The journal as beancount reads it.
pub fn beancount(journal: &Journal) -> String {
    let mut text = format!(";; journal known at {}\n\noption \"title\" \"Tributary\"\n", journal.known_at);
    let accounts = accounts(journal);
    let first = accounts.values().min().copied().unwrap_or_default();
    for currency in currencies(journal).into_keys() {
        text.push_str(&format!("option \"operating_currency\" \"{currency}\"\n"));
    }
    text.push('\n');
    for currency in currencies(journal).into_keys() {
        text.push_str(&format!("{first} commodity {currency}\n"));
    }
    for (name, day) in accounts {
        text.push_str(&format!("{day} open {}\n  name: {}\n", account(name), quoted(name)));
    }
    journal.entries.iter().for_each(|one| entry(one, &mut text));
    text
}

fn entry(entry: &JournalEntry, text: &mut String) {
    text.push_str(&format!("\n{} * {}\n", entry.day, quoted(&entry.description)));
    text.push_str(&format!("  entry: {}\n  booked: {}\n", quoted(&entry.id), quoted(&entry.booked)));
    if let Some(said) = &entry.original {
        text.push_str(&format!("  original: {} {}\n", said.amount, said.currency));
    }
    for posting in &entry.postings {
        text.push_str(&format!("  {}  {}\n", account(&posting.account), signed(posting)));
        if let Some(deal) = &posting.deal {
            text.push_str(&format!("    deal: {}\n", quoted(deal)));
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The part of a name that P1 gives, and the id after it.
pub(super) fn split(name: &str) -> (&str, &str) {
    let parent = PARENTS.iter().find(|(parent, _)| name.starts_with(parent)).map_or(0, |(parent, _)| parent.len());
    name.split_at(parent)
}

/// What an account of ours is called there.
pub fn account(name: &str) -> String {
    let (parent, id) = split(name);
    let root = PARENTS.iter().find(|(ours, _)| *ours == parent).map_or("Equity:", |(_, theirs)| theirs);
    format!("{root}{}", component(id))
}

fn component(id: &str) -> String {
    let mut text = String::new();
    let mut rest = id.chars().peekable();
    match rest.peek() {
        Some(first) if first.is_ascii_lowercase() => {
            text.push(first.to_ascii_uppercase());
            rest.next();
        }
        Some(first) if first.is_ascii_digit() => {}
        _ => text.push_str("X---"),
    }
    while let Some(char) = rest.next() {
        let dash = char == '-' && rest.peek().is_some_and(char::is_ascii_alphanumeric);
        if char.is_ascii_alphanumeric() || dash {
            text.push(char);
        } else {
            text.push_str(&format!("--{:x}-", u32::from(char)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The inverse: only an injective writing has one.
    fn read(component: &str) -> Option<String> {
        let mut text = String::new();
        let (mut rest, small) = match component.strip_prefix("X---") {
            Some(rest) => (rest, false),
            None => (component, true),
        };
        while let Some(char) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix("--") {
                let (code, after) = after.split_once('-')?;
                text.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?);
                rest = after;
            } else {
                text.push(if small && text.is_empty() { char.to_ascii_lowercase() } else { char });
                rest = &rest[1..];
            }
        }
        Some(text)
    }

    #[test]
    fn accounts_have_names_that_beancount_takes() {
        for (name, expected) in [
            ("payable:p-msp", "Liabilities:Payable:P-msp"),
            ("cash:payouts", "Assets:Cash:Payouts"),
            ("expense:commission:9-lives", "Expenses:Commission:9-lives"),
            ("tax:AWS", "Expenses:Tax:X---AWS"),
            ("refunds:a:b c", "Income:Refunds:A--3a-b--20-c"),
            ("receivable:株", "Assets:Receivable:X-----682a-"),
            ("expense:marketplace-fee:a--b-", "Expenses:MarketplaceFee:A--2d--b--2d-"),
        ] {
            assert_eq!(account(name), expected);
        }
    }

    proptest! {
        #[test]
        fn no_two_ids_are_written_alike(id in "[a-zA-Z0-9:株ä \"-]{1,12}|.{1,30}") {
            prop_assert_eq!(read(&component(&id)), Some(id));
        }
    }
}
