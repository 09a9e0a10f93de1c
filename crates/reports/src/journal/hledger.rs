//! The journal for hledger (and Ledger, which reads the same). Accounts keep P1's names; what hledger takes for something else
//! in an id is written as `%` and two digits for each byte of UTF-8, so that ids can be read back.
//!
//! | ours | hledger's type |
//! |---|---|
//! | `cash` | Cash |
//! | `receivable` | Asset |
//! | `payable` | Liability |
//! | `refunds` | Revenue, taken back |
//! | `expense`, `tax` | Expense |

use tributary_finance::Journal;
use tributary_finance::journal::JournalEntry;

use super::{accounts, currencies, signed};

/// The accounts that all others stand under, and their types.
const TYPES: [(&str, &str); 6] =
    [("cash", "C"), ("expense", "X"), ("payable", "L"), ("receivable", "A"), ("refunds", "R"), ("tax", "X")];

/// The journal as hledger reads it.
pub fn hledger(journal: &Journal) -> String {
    let mut text = format!("; journal known at {}\n; %XX in names and tags are bytes of UTF-8\n", journal.known_at);
    text.push_str("\ndecimal-mark .\n");
    for (currency, places) in currencies(journal) {
        text.push_str(&format!("commodity 1000.{} {currency}\n", "0".repeat(places)));
    }
    text.push('\n');
    for (name, kind) in TYPES {
        text.push_str(&format!("account {name}  ; type:{kind}\n"));
    }
    for name in accounts(journal).into_keys() {
        text.push_str(&format!("account {}\n", account(name)));
    }
    journal.entries.iter().for_each(|one| entry(one, &mut text));
    text
}

fn entry(entry: &JournalEntry, text: &mut String) {
    text.push_str(&format!("\n{} {}\n", entry.day, escape(&entry.description)));
    text.push_str(&format!("    ; entry:{}\n    ; booked:{}\n", escape(&entry.id), entry.booked));
    if let Some(said) = &entry.original {
        text.push_str(&format!("    ; original:{} {}\n", said.amount, said.currency));
    }
    for posting in &entry.postings {
        let deal = posting.deal.as_ref().map_or_else(String::new, |deal| format!("  ; deal:{}", escape(deal)));
        text.push_str(&format!("    {}  {}{deal}\n", account(&posting.account), signed(posting)));
    }
}

/// The name of an account: the colons between its parts are hledger's own, those of an id are not.
pub(super) fn account(name: &str) -> String {
    let (parent, id) = super::beancount::split(name);
    format!("{parent}{}", escape(id))
}

/// A text without what hledger would take for the end of it, a tag, a date, a note or a comment.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    let mut rest = text.chars().peekable();
    let mut blank = true;
    while let Some(char) = rest.next() {
        // One blank between two other characters is a blank; others would end the name, or be trimmed.
        let inner = char == ' ' && !blank && rest.peek().is_some_and(|next| !next.is_whitespace());
        if inner || !(char.is_whitespace() || char.is_control() || "%:;,|[]".contains(char)) {
            escaped.push(char);
        } else {
            char.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| escaped.push_str(&format!("%{byte:02X}")));
        }
        blank = char.is_whitespace();
    }
    escaped
}

/// The text that was written so; none if nothing is.
pub fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        (bytes, rest) = match byte {
            b'%' => {
                let digits = std::str::from_utf8(after.get(..2)?).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
                (bytes, &after[2..])
            }
            _ => {
                bytes.push(*byte);
                (bytes, after)
            }
        };
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_hledger_reads_otherwise_is_escaped() {
        for (text, expected) in [
            ("msp-growth", "msp-growth"),
            ("Ünï 株式", "Ünï 株式"),
            ("a  b", "a%20%20b"),
            (" a ", "%20a%20"),
            ("a:b;c,d%e", "a%3Ab%3Bc%2Cd%25e"),
            ("[2026-01-01]", "%5B2026-01-01%5D"),
            ("a\u{a0}b", "a%C2%A0b"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_escaped_can_be_read_back(text in ".*") {
            prop_assert_eq!(unescape(&escape(&text)), Some(text));
        }
    }
}
