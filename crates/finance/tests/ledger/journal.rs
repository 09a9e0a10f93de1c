//! The journal (P1, P2): text tables for what is posted when, and what must hold of any history and every worked case.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tributary_domain::money::Amount;
use tributary_domain::time::Instant;
use tributary_finance::journal::JournalFilter;
use tributary_finance::{Journal, journal, statement, trial_balance};

use crate::any_history::{chosen, history};
use crate::book::{Ledger, instants};
use crate::cases::case;
use crate::check;

#[test]
fn p1_what_a_close_recognises_is_posted_by_deal_and_reversed_below_zero() {
    check(
        "
        2025-12-01 partner/p-1 partner.enrolled #p kinds=msp
        2025-12-01 book policy #q cloud model=roleSplit(msp:1)
        2025-12-01 book plan #f flat consumption bands=0:0.1
        2025-12-01 acme deal.opened #d1 d-1 lines=lake:consumption
        2025-12-01 acme deal.won #w1 d-1 2025-12-01..
        2025-12-01 acme deal.role_assigned #r1 d-1 p-1 msp
        2026-01-05 acme usage.recorded #u-1 lake 100 USD
        2026-02-06 acme usage.recorded #u-2 lake 50 USD
        2026-01-05@2026-02-10 acme usage.corrected #u-3 u-1 40
        2026-02-04 book period.closed #c1 2026-01 2026-02-03
        2026-03-05 book period.closed #c2 2026-02 2026-03-04
        ",
        "
        journal @2026-02-02 = nothing
        journal @2026-02-03 = commission(expense:commission:flat:10,payable:p-1:-10)
        journal = commission(expense:commission:flat:10,payable:p-1:-10) commission(expense:commission:flat:-6,payable:p-1:6) commission(expense:commission:flat:5,payable:p-1:-5)
        trial @2026-02-03 = expense:commission:flat:10 payable:p-1:-10
        trial = expense:commission:flat:9 payable:p-1:-9
        ",
    );
}

#[test]
fn p1_a_payout_is_posted_when_it_is_recorded_and_its_return_when_both_are_known() {
    check(
        "
        2025-12-01 partner/p-1 partner.enrolled #p kinds=msp
        2026-02-10            partner/p-1 payout.issued   #i-1 pay-1 7 USD
        2026-02-11@2026-02-12 partner/p-1 payout.returned #i-2 pay-1
        2026-02-11@2026-02-13 partner/p-1 payout.returned #i-3 pay-1
        2026-02-20            partner/p-1 payout.returned #i-4 pay-2
        2026-02-19@2026-02-21 partner/p-1 payout.issued   #i-5 pay-2 5 USD
        2026-02-22@2026-02-22 partner/p-1 payout.issued   #i-6 pay-3 3 USD
        2026-02-21@2026-02-23 partner/p-1 payout.issued   #i-7 pay-3 4 USD
        ",
        "
        journal @2026-02-11 = payout(payable:p-1:7,cash:payouts:-7)
        journal @2026-02-20 = payout(payable:p-1:7,cash:payouts:-7) payout-return(cash:payouts:7,payable:p-1:-7)
        trial @2026-02-21   = cash:payouts:0 payable:p-1:0
        trial @2026-02-22   = cash:payouts:-3 payable:p-1:3
        trial               = cash:payouts:-4 payable:p-1:4
        ",
    );
}

#[test]
fn p1_a_payout_in_another_currency_is_trued_up_by_the_next_close_that_knows_better() {
    check(
        "
        2025-12-01 partner/p-1 partner.enrolled #p kinds=msp
        2026-02-10            partner/p-1 payout.issued #i-1 pay-1 10 EUR
        2026-02-01@2026-02-15 book rate.published #r-1 EUR USD 2026-02-01 1.1
        2026-02-20            partner/p-1 payout.issued #i-2 pay-2 10 EUR
        2026-02-02@2026-02-25 book rate.published #r-2 EUR USD 2026-02-09 1.2
        2026-03-05 book period.closed #c1 2026-02 2026-03-04
        ",
        "
        journal @2026-02-19  = nothing
        unposted @2026-02-19 = p-1:pay-1:10EUR
        trial @2026-02-26    = cash:payouts:-11 payable:p-1:11
        unposted @2026-02-26 = p-1:pay-1:10EUR
        trial                = cash:payouts:-24 payable:p-1:24
        unposted             = nothing
        balance p-1 2026-02  = paid:24 closing:-24
        ",
    );
}

#[test]
fn p1_a_disbursement_is_posted_in_its_currency_and_a_restated_one_takes_the_former_back() {
    check(
        "
        2026-01-05 acme disbursement.reported #x-1 x-1 90 EUR 2026-01-05 fee=10
        2026-01-06 acme disbursement.reported #x-2 x-1 -4 EUR 2026-01-05
        2026-01-07 book rate.published #r EUR USD 2026-01-01 2
        ",
        "
        journal @2026-01-05 = disbursement(cash:aws:90,expense:marketplace-fee:aws:10,receivable:aws:-100)
        journal = disbursement(cash:aws:90,expense:marketplace-fee:aws:10,receivable:aws:-100) disbursement(cash:aws:-90,expense:marketplace-fee:aws:-10,receivable:aws:100,cash:aws:-4,receivable:aws:4)
        trial   = cash:aws:-4 expense:marketplace-fee:aws:0 receivable:aws:4
        ",
    );
}

#[test]
fn p1_a_disbursement_is_posted_before_its_subject_resolves_and_f4_follows_the_alias() {
    check(
        "
        2026-01-05            x/1  disbursement.reported #x-1 x-1 90 USD 2026-01-05
        2026-01-06            acme disbursement.reported #x-2 x-1 50 USD 2026-01-05
        2026-06-01@2026-02-01 x/1  alias.linked #l-1 acme
        2026-06-02@2026-03-01 x/1  alias.linked #l-2 bolt
        2026-06-03@2026-04-01 x/1  alias.unlinked #l-3
        ",
        "
        trial @2026-01-05 = cash:aws:90 receivable:aws:-90
        trial @2026-01-06 = cash:aws:140 receivable:aws:-140
        trial @2026-02-01 = cash:aws:50 receivable:aws:-50
        trial @2026-03-01 = cash:aws:140 receivable:aws:-140
        trial             = cash:aws:140 receivable:aws:-140
        ",
    );
}

/// At every instant debits equal credits, at every cutoff a payable is the statement's closing balance, and what was in the
/// journal at an instant is there ever after.
fn books_hold(ledger: &Ledger, some: &[Instant]) {
    ledger.close();
    let closes = ledger.view(None).closes();
    let mut instants: BTreeSet<Instant> = some.iter().copied().collect();
    instants.extend(closes.iter().map(|close| close.cutoff));
    let last = whole(ledger, None);
    let ids: BTreeSet<&String> = last.entries.iter().map(|entry| &entry.id).collect();
    assert_eq!(ids.len(), last.entries.len(), "an id stands for one entry");
    for known_at in instants {
        let view = ledger.view(Some(known_at));
        let trial = trial_balance(&view).expect("a trial balance");
        for total in &trial.totals {
            assert_eq!(total.debit, total.credit, "P2: {} at {known_at}", total.currency);
        }
        let Some(close) = closes.iter().find(|close| close.cutoff == known_at) else { continue };
        for partner in view.partners().expect("partners") {
            let stated = statement(&view, &partner, close.period).expect("a statement");
            let payable = format!("payable:{partner}");
            let of = trial.accounts.iter().find(|row| row.account == payable && row.currency == stated.currency);
            let owed = of.map_or_else(|| "0".to_owned(), |row| negated(&row.balance));
            assert_eq!(owed, stated.balance.closing, "P2: {payable} after {}", close.period);
        }
    }
    for known_at in some {
        let booked = |text: &str| text.parse::<Instant>().expect("an instant");
        let earlier: Vec<_> = last.entries.iter().filter(|entry| booked(&entry.booked) <= *known_at).collect();
        let then = whole(ledger, Some(*known_at));
        assert_eq!(then.entries.iter().collect::<Vec<_>>(), earlier, "the journal as known at {known_at} only grows");
    }
}

fn whole(ledger: &Ledger, known_at: Option<Instant>) -> Journal {
    journal(&ledger.view(known_at), &JournalFilter::default()).expect("a journal")
}

fn negated(decimal: &str) -> String {
    decimal.parse::<Amount>().expect("an amount").negated().to_string()
}

#[test]
fn p2_the_books_hold_in_every_worked_case() {
    for name in ["000-first", "001-mixed", "002-mixed", "003-mixed", "004-mixed", "005-mixed", "006-mixed"] {
        let said = case(name);
        let instants = instants(&said, 8);
        let ledger = Ledger::of(said);
        books_hold(&ledger, &instants);
        let journal = whole(&ledger, None);
        assert!(!journal.entries.is_empty(), "{name}");
        let trial = trial_balance(&ledger.view(None)).expect("a trial balance");
        for (schema, answer) in [
            (include_str!("../../../../schemas/answers/journal.json"), serde_json::to_value(&journal)),
            (include_str!("../../../../schemas/answers/trial-balance.json"), serde_json::to_value(&trial)),
        ] {
            let schema = serde_json::from_str(schema).expect("JSON");
            let validator = jsonschema::validator_for(&schema).expect("a schema");
            let errors: Vec<String> = validator.iter_errors(&answer.expect("JSON")).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn p2_the_books_hold_in_any_history(chosen in chosen()) {
        let said = history(&chosen);
        let instants = instants(&said, 6);
        books_hold(&Ledger::of(said), &instants);
    }
}
