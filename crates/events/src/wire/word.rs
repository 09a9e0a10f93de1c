//! The words of the contract: each list once, for reading, for writing and for the schemas.

use tributary_domain::event::{
    AssignmentBasis, DealField, FxConvention, LeadOutcome, Motion, PartnerKind, SystemKind, TouchKind,
};
use tributary_domain::money::Rounding;
use tributary_domain::policy::{Basis, Compare, Measure, Mode, Terms, Unfilled};

/// A list of words and what they mean.
pub(crate) struct Words<T: 'static>(&'static [(&'static str, T)]);

impl<T> Clone for Words<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Words<T> {}

impl<T: Copy + PartialEq> Words<T> {
    /// What a word means.
    pub(crate) fn read(self, word: &str) -> Option<T> {
        self.0.iter().find(|row| row.0 == word).map(|row| row.1)
    }

    /// The word for a meaning. Every meaning has one: a test below looks.
    pub(crate) fn print(self, meaning: T) -> String {
        self.0.iter().find(|row| row.1 == meaning).map_or_else(String::new, |row| row.0.to_owned())
    }

    /// The word for a meaning, or nothing where it is what an absent field means.
    pub(crate) fn print_unless_default(self, meaning: T) -> Option<String>
    where
        T: Default,
    {
        (meaning != T::default()).then(|| self.print(meaning))
    }

    /// The words for several meanings.
    pub(crate) fn print_all(self, meanings: &[T]) -> Vec<String> {
        meanings.iter().map(|meaning| self.print(*meaning)).collect()
    }

    /// All words, for a refusal.
    pub(crate) fn listed(self) -> String {
        self.all().join(", ")
    }

    /// All words, in the contract's order.
    pub(crate) fn all(self) -> Vec<&'static str> {
        self.0.iter().map(|row| row.0).collect()
    }
}

/// The kind of a line, before its amount is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineWord {
    Consumption,
    Recurring,
    License,
}

/// The kind of a policy document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PolicyWord {
    Attribution,
    Commission,
    Authority,
}

/// A weighting, before its parameters are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WeightingWord {
    First,
    Last,
    Linear,
    Decay,
    Position,
}

pub(crate) const ROUNDING: Words<Rounding> = Words(&[("halfEven", Rounding::HalfEven), ("halfUp", Rounding::HalfUp)]);

pub(crate) const FX: Words<FxConvention> =
    Words(&[("serviceDay", FxConvention::ServiceDay), ("periodEnd", FxConvention::PeriodEnd)]);

pub(crate) const PARTNER_KIND: Words<PartnerKind> = Words(&[
    ("reseller", PartnerKind::Reseller),
    ("distributor", PartnerKind::Distributor),
    ("msp", PartnerKind::Msp),
    ("si", PartnerKind::Si),
    ("isv", PartnerKind::Isv),
    ("technology", PartnerKind::Technology),
    ("referral", PartnerKind::Referral),
    ("training", PartnerKind::Training),
]);

pub(crate) const MOTION: Words<Motion> = Words(&[
    ("direct", Motion::Direct),
    ("partnerSourced", Motion::PartnerSourced),
    ("partnerInfluenced", Motion::PartnerInfluenced),
    ("coSell", Motion::CoSell),
]);

pub(crate) const ASSIGNMENT_BASIS: Words<AssignmentBasis> = Words(&[
    ("contract", AssignmentBasis::Contract),
    ("program", AssignmentBasis::Program),
    ("qualification", AssignmentBasis::Qualification),
    ("territory", AssignmentBasis::Territory),
    ("customerRequest", AssignmentBasis::CustomerRequest),
]);

pub(crate) const LEAD_OUTCOME: Words<LeadOutcome> =
    Words(&[("converted", LeadOutcome::Converted), ("disqualified", LeadOutcome::Disqualified)]);

pub(crate) const TOUCH_KIND: Words<TouchKind> = Words(&[
    ("introduction", TouchKind::Introduction),
    ("referral", TouchKind::Referral),
    ("demo", TouchKind::Demo),
    ("workshop", TouchKind::Workshop),
    ("implementation", TouchKind::Implementation),
    ("listing", TouchKind::Listing),
    ("marketing", TouchKind::Marketing),
    ("other", TouchKind::Other),
]);

pub(crate) const LINE_KIND: Words<LineWord> = Words(&[
    ("consumption", LineWord::Consumption),
    ("recurring", LineWord::Recurring),
    ("license", LineWord::License),
]);

pub(crate) const SYSTEM_KIND: Words<SystemKind> = Words(&[
    ("crm", SystemKind::Crm),
    ("portal", SystemKind::Portal),
    ("marketplace", SystemKind::Marketplace),
    ("disbursements", SystemKind::Disbursements),
    ("other", SystemKind::Other),
]);

pub(crate) const DEAL_FIELD: Words<DealField> = Words(&[
    ("accountName", DealField::AccountName),
    ("opportunityName", DealField::OpportunityName),
    ("stage", DealField::Stage),
    ("amount", DealField::Amount),
    ("closeDate", DealField::CloseDate),
    ("acceptance", DealField::Acceptance),
    ("agreement", DealField::Agreement),
    ("paid", DealField::Paid),
]);

pub(crate) const POLICY_KIND: Words<PolicyWord> = Words(&[
    ("attribution", PolicyWord::Attribution),
    ("commission", PolicyWord::Commission),
    ("authority", PolicyWord::Authority),
]);

pub(crate) const UNFILLED: Words<Unfilled> =
    Words(&[("retain", Unfilled::Retain), ("redistribute", Unfilled::Redistribute)]);

pub(crate) const WEIGHTING: Words<WeightingWord> = Words(&[
    ("first", WeightingWord::First),
    ("last", WeightingWord::Last),
    ("linear", WeightingWord::Linear),
    ("decay", WeightingWord::Decay),
    ("position", WeightingWord::Position),
]);

pub(crate) const BASIS: Words<Basis> = Words(&[
    ("consumption", Basis::Consumption),
    ("recurring", Basis::Recurring),
    ("bookings", Basis::Bookings),
    ("disbursement", Basis::Disbursement),
]);

pub(crate) const TERMS: Words<Terms> =
    Words(&[("any", Terms::Any), ("initial", Terms::Initial), ("renewal", Terms::Renewal)]);

pub(crate) const MEASURE: Words<Measure> = Words(&[("partner", Measure::Partner), ("account", Measure::Account)]);

pub(crate) const MODE: Words<Mode> =
    Words(&[("flat", Mode::Flat), ("graduated", Mode::Graduated), ("volume", Mode::Volume)]);

pub(crate) const COMPARE: Words<Compare> =
    Words(&[("previousPeriod", Compare::PreviousPeriod), ("samePeriodLastYear", Compare::SamePeriodLastYear)]);

/// The list that a `[word …]` of the protobuf comments names.
pub(crate) fn listed(name: &str) -> Option<Vec<&'static str>> {
    Some(match name {
        "rounding" => ROUNDING.all(),
        "fx" => FX.all(),
        "partner-kind" => PARTNER_KIND.all(),
        "motion" => MOTION.all(),
        "assignment-basis" => ASSIGNMENT_BASIS.all(),
        "lead-outcome" => LEAD_OUTCOME.all(),
        "touch-kind" => TOUCH_KIND.all(),
        "line-kind" => LINE_KIND.all(),
        "system-kind" => SYSTEM_KIND.all(),
        "deal-field" => DEAL_FIELD.all(),
        "policy-kind" => POLICY_KIND.all(),
        "unfilled" => UNFILLED.all(),
        "weighting" => WEIGHTING.all(),
        "basis" => BASIS.all(),
        "terms" => TERMS.all(),
        "measure" => MEASURE.all(),
        "mode" => MODE.all(),
        "compare" => COMPARE.all(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_domain() {
        for motion in Motion::ALL {
            assert_eq!(MOTION.print(motion), motion.as_str());
        }
        for kind in PartnerKind::ALL {
            assert_eq!(PARTNER_KIND.print(kind), kind.as_str());
        }
        for field in DealField::ALL {
            assert_eq!(DEAL_FIELD.print(field), field.as_str());
        }
        for kind in SystemKind::ALL {
            assert_eq!(SYSTEM_KIND.print(kind), kind.as_str());
        }
        for basis in Basis::ALL {
            assert_eq!(BASIS.print(basis), basis.as_str());
        }
    }

    #[test]
    fn a_word_means_what_it_is_printed_for() {
        assert_eq!(TOUCH_KIND.read("workshop"), Some(TouchKind::Workshop));
        assert_eq!(TOUCH_KIND.read("Workshop"), None);
        assert_eq!(FX.print_unless_default(FxConvention::ServiceDay), None);
        assert_eq!(MODE.listed(), "flat, graduated, volume");
    }
}
