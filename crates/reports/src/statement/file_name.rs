//! Names of files, and words of a command line, for ids that may be any text.

use super::Format;

/// Bytes of an id in a file's name, at most: file systems take 255 in all.
const ID_BYTES_MAX: usize = 160;

/// The file of a partner's statement: no two partners of a ledger share one, on any file system.
pub fn file_name(partner: &str, period: &str, format: Format) -> String {
    format!("statement-{period}-{}.{}", plain(partner), format.extension())
}

/// An id as a part of a file's name: no two ids share one, on any file system.
pub(crate) fn plain(id: &str) -> String {
    let mut name = String::new();
    for char in id.chars() {
        // Some file systems take `A` for `a`: a capital is marked.
        match char {
            'A'..='Z' => name.extend(['^', char.to_ascii_lowercase()]),
            char if char.is_control() || "%^~\\/:*?\"<>| .".contains(char) => {
                name.push_str(&format!("%{:02x}", u32::from(char)));
            }
            char => name.push(char),
        }
    }
    if name.len() > ID_BYTES_MAX {
        let kept = (0..=ID_BYTES_MAX - 34).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
        name.truncate(kept);
        name = format!("{name}~{}", &blake3::hash(id.as_bytes()).to_hex()[..32]);
    }
    name
}

/// A text as one word of a POSIX shell.
pub(super) fn shell_word(text: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
    match text.chars().all(plain) && !text.starts_with('-') {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_partner_has_a_file_of_its_own() {
        let (long, longer) = ("株".repeat(66), "株".repeat(65) + "式");
        let partners = ["p-1", "P-1", "p:1", "p%3a1", "p 1", "index", "~", &long, &longer];
        let names: BTreeSet<String> =
            partners.iter().map(|one| file_name(one, "2026-01", Format::Html).to_lowercase()).collect();
        assert_eq!(names.len(), partners.len(), "{names:?}");
        assert!(names.iter().all(|name| name.len() <= 200));
        assert_eq!(file_name("p-msp", "2026-02", Format::Xlsx), "statement-2026-02-p-msp.xlsx");
    }

    #[test]
    fn a_shell_reads_a_word_as_it_was() {
        assert_eq!(shell_word("p-msp"), "p-msp");
        assert_eq!(shell_word("it's p"), "'it'\\''s p'");
    }
}
