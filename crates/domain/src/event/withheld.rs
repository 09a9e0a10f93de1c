//! Names of fields that no system synchronises, whatever a mapping or a policy says (O5).

/// Why a name is one of those that no system synchronises (O5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// What a customer earns, owes or pays, beyond the value of the deal.
    CustomerFinancials,
    /// Who works on it, and in which line.
    InternalRouting,
    /// What was said before it was decided.
    Discussion,
}

impl Withheld {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CustomerFinancials => "the customer's financials",
            Self::InternalRouting => "internal routing",
            Self::Discussion => "discussion before a decision",
        }
    }
}

/// Names as systems spell them, without capitals, blanks and underscores, and `__c` at the end.
const WITHHELD: [(&str, Withheld); 44] = [
    ("annualrevenue", Withheld::CustomerFinancials),
    ("bankaccount", Withheld::CustomerFinancials),
    ("budget", Withheld::CustomerFinancials),
    ("cost", Withheld::CustomerFinancials),
    ("creditlimit", Withheld::CustomerFinancials),
    ("creditrating", Withheld::CustomerFinancials),
    ("creditscore", Withheld::CustomerFinancials),
    ("customerrevenue", Withheld::CustomerFinancials),
    ("discount", Withheld::CustomerFinancials),
    ("grossmargin", Withheld::CustomerFinancials),
    ("margin", Withheld::CustomerFinancials),
    ("paymentterms", Withheld::CustomerFinancials),
    ("profit", Withheld::CustomerFinancials),
    ("taxid", Withheld::CustomerFinancials),
    ("assignedto", Withheld::InternalRouting),
    ("dealowner", Withheld::InternalRouting),
    ("forecastcategory", Withheld::InternalRouting),
    ("forecastcategoryname", Withheld::InternalRouting),
    ("hubspotownerid", Withheld::InternalRouting),
    ("opportunityowner", Withheld::InternalRouting),
    ("opportunityteam", Withheld::InternalRouting),
    ("owner", Withheld::InternalRouting),
    ("ownerid", Withheld::InternalRouting),
    ("queue", Withheld::InternalRouting),
    ("routing", Withheld::InternalRouting),
    ("salesrep", Withheld::InternalRouting),
    ("territory", Withheld::InternalRouting),
    ("territory2id", Withheld::InternalRouting),
    ("additionalcomments", Withheld::Discussion),
    ("comments", Withheld::Discussion),
    ("competitorname", Withheld::Discussion),
    ("competitors", Withheld::Discussion),
    ("description", Withheld::Discussion),
    ("insights", Withheld::Discussion),
    ("nextstep", Withheld::Discussion),
    ("nextsteps", Withheld::Discussion),
    ("nextstepshistory", Withheld::Discussion),
    ("notes", Withheld::Discussion),
    ("othercompetitornames", Withheld::Discussion),
    ("probability", Withheld::Discussion),
    ("recommendations", Withheld::Discussion),
    ("reviewcomments", Withheld::Discussion),
    ("reviewstatusreason", Withheld::Discussion),
    ("statusreason", Withheld::Discussion),
];

/// Whether a field of that name is one of those that are not synchronised, and why (O5).
pub fn withheld(name: &str) -> Option<Withheld> {
    let name = name.strip_suffix("__c").unwrap_or(name);
    let letters =
        || name.bytes().filter(|byte| !matches!(byte, b'_' | b' ' | b'-')).map(|byte| byte.to_ascii_lowercase());
    WITHHELD.iter().find(|(known, _)| known.bytes().eq(letters())).map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::DealField;

    #[test]
    fn o5_names_are_known_however_systems_spell_them() {
        for name in ["NextStep", "next_step", "Next Step", "Next_Step__c", "nextstep"] {
            assert_eq!(withheld(name), Some(Withheld::Discussion), "{name}");
        }
        assert_eq!(withheld("ForecastCategory"), Some(Withheld::InternalRouting));
        assert_eq!(withheld("AnnualRevenue"), Some(Withheld::CustomerFinancials));
        for field in DealField::ALL {
            assert_eq!(withheld(field.as_str()), None, "{}", field.as_str());
        }
    }
}
