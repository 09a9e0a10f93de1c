//! Subjects: whose history an event of a type may belong to.

use tributary_domain::event::Subject;
use tributary_domain::id::{AccountId, ExternalId, IdError, Namespace, PartnerId};

use super::required;
use crate::Refusal;
use crate::short::is_id;

/// Whose history the events of a type belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// `book`.
    Book,
    /// `partner/<id>`.
    Partner,
    /// `account/<id>`, and nothing else: an account is opened under its own name.
    OwnAccount,
    /// `account/<id>` or `<namespace>/<external id>` (I3).
    Account,
    /// `<namespace>/<external id>` only.
    Alias,
}

const RESERVED: [&str; 3] = ["account", "partner", "book"];

impl Scope {
    /// Reads a subject that must be of this scope.
    pub(crate) fn read(self, text: &str) -> Result<Subject, Refusal> {
        required(text, "subject")?;
        let wrong =
            || Refusal::BadSubject { field: "subject".to_owned(), found: text.to_owned(), expected: self.expected() };
        if self == Self::Book {
            return if text == "book" { Ok(Subject::Book) } else { Err(wrong()) };
        }
        let (namespace, id) = text.split_once('/').ok_or_else(wrong)?;
        match (self, namespace) {
            (Self::Partner, "partner") => PartnerId::new(id).map(Subject::Partner).map_err(bad),
            (Self::Account | Self::OwnAccount, "account") => AccountId::new(id).map(Subject::Account).map_err(bad),
            (Self::Account | Self::Alias, _) if !RESERVED.contains(&namespace) => {
                let namespace = Namespace::new(namespace).map_err(bad)?;
                ExternalId::new(id).map(|id| Subject::Alias(namespace, id)).map_err(bad)
            }
            _ => Err(wrong()),
        }
    }

    /// Whether a text is a subject of this scope.
    pub(crate) fn holds(self, text: &str) -> bool {
        if self == Self::Book {
            return text == "book";
        }
        let Some((namespace, id)) = text.split_once('/') else { return false };
        let may_stand_before = match self {
            Self::Book => false,
            Self::Partner => namespace == "partner",
            Self::OwnAccount => namespace == "account",
            Self::Account => namespace == "account" || is_namespace(namespace),
            Self::Alias => is_namespace(namespace),
        };
        may_stand_before && is_id(id.as_bytes())
    }

    /// What a subject of this scope looks like, for people.
    pub(crate) const fn expected(self) -> &'static str {
        match self {
            Self::Book => "`book`",
            Self::Partner => "`partner/<id>`",
            Self::OwnAccount => "`account/<id>`",
            Self::Account => "`account/<id>` or `<namespace>/<external id>`",
            Self::Alias => "`<namespace>/<external id>`, and the namespace not `account`, `partner` or `book`",
        }
    }

    /// The same as a regular expression, for the schemas.
    pub(crate) const fn pattern(self) -> &'static str {
        match self {
            Self::Book => "^book$",
            Self::Partner => "^partner/[^/]+$",
            Self::OwnAccount => "^account/[^/]+$",
            Self::Account => "^(?!(partner|book)/)[^/]+/[^/]+$",
            Self::Alias => "^(?!(account|partner|book)/)[^/]+/[^/]+$",
        }
    }
}

fn is_namespace(text: &str) -> bool {
    !RESERVED.contains(&text) && is_id(text.as_bytes())
}

fn bad(error: IdError) -> Refusal {
    Refusal::BadIdentifier { field: "subject".to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_scope_holds_the_subjects_that_it_reads(text in "(book|account|partner|aws)?/?[a-z/\u{7f}ä]{0,4}") {
            for scope in [Scope::Book, Scope::Partner, Scope::OwnAccount, Scope::Account, Scope::Alias] {
                prop_assert_eq!(scope.holds(&text), scope.read(&text).is_ok(), "{:?}", scope);
            }
        }
    }
}
