//! What was billed against what was paid out, through the ledger as a whole (R1–R7): what rules between accounts, aliases,
//! deals and instants give. How charges and lines meet is tested where it is decided, in the domain.

use tributary_domain::id::AccountId;
use tributary_domain::testing::{day, period, read_id};
use tributary_finance::{Reconcile, attribution_rates, reconciliation};
use tributary_projector::View;

use crate::check;

/// `reconcile AS-OF [ACCOUNT]`: totals as `marketplace:billed:settled:open:paid:unmatched`, ages as `age:open`, charges as
/// `owner:charge:status:days`, lines as `owner:line:status:code`, usage as `deal:earned:unpaid`. `rate [PERIOD]`: `period:basis:
/// currency:attributed:unattributed:unresolved:unconverted:rate:by number`.
pub(crate) fn answer(view: &View<'_>, asked: &[&str]) -> String {
    match asked {
        ["rate", of @ ..] => rates(view, of.first().copied()),
        ["reconcile", as_of, account @ ..] => {
            let account = account.first().map(|id| read_id(AccountId::new, id));
            reconciled(view, &Reconcile { account, as_of: Some(day(as_of)), all: true })
        }
        other => panic!("no question {other:?}"),
    }
}

fn reconciled(view: &View<'_>, asked: &Reconcile) -> String {
    let found = reconciliation(view, asked).expect("a reconciliation");
    let mut all = Vec::new();
    for of in &found.totals {
        let nets = [&of.billed, &of.settled, &of.open, &of.paid, &of.unmatched].map(|parts| parts.net.as_str());
        all.push(format!("{}:{}", of.marketplace, nets.join(":")));
    }
    all.extend(found.ages.iter().map(|of| format!("{}:{}", of.age, of.open)));
    for of in &found.charges {
        all.push(format!("{}:{}:{}:{}d", of.owner, of.charge, of.status, of.age_days));
    }
    all.extend(found.lines.iter().map(|of| format!("{}:{}:{}:{}", of.owner, of.disbursement, of.status, of.code)));
    all.extend(found.usage.iter().map(|of| format!("{}:{}:{}", of.deal, of.earned, of.unpaid)));
    if all.is_empty() { "nothing".to_owned() } else { all.join(" ") }
}

fn rates(view: &View<'_>, only: Option<&str>) -> String {
    let found = attribution_rates(view, only.map(period)).expect("rates");
    let rate = found.rates.iter().map(|of| {
        let buckets = [&of.attributed, &of.unattributed, &of.unresolved, &of.unconverted];
        let buckets = buckets.map(|bucket| format!("{}*{}", bucket.amount, bucket.number)).join(":");
        let [rate, number] = [&of.rate, &of.rate_by_number].map(|rate| rate.as_deref().unwrap_or("-"));
        format!("{}:{}:{}:{buckets}:{rate}:{number}", of.period, of.basis, of.currency)
    });
    let all: Vec<String> = rate.collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join(" ") }
}

#[test]
fn r1_r6_charges_and_lines_meet_in_the_account_that_their_subjects_resolve_to_as_known_then() {
    check(
        "
        2026-01-05 x/1 charge.billed c-1 100 USD 2026-01-05
        2026-03-01 acme disbursement.reported x-1 60 USD 2026-03-01 charge=c-1
        2026-03-10 x/1 alias.linked acme
        2026-03-20 bolt charge.billed c-2 7 USD 2026-03-20 marketplace=gcp
        ",
        "
        reconcile 2026-03-31 @2026-03-09 = aws:100:0:100:60:60 late-1-30:100 x/1:c-1:open:85d acme:x-1:unmatched:charge-not-billed
        reconcile 2026-02-20 @2026-03-11 = aws:100:0:100:0:0 expected:100 acme:c-1:open:46d
        reconcile 2026-03-31 @2026-03-11 = aws:100:60:40:60:0 late-1-30:40 acme:c-1:partly:85d acme:x-1:matched:charge-named
        reconcile 2026-03-31 bolt = gcp:7:0:7:0:0 not-due:7 bolt:c-2:open:11d
        reconcile 2026-03-31 cord = nothing
        ",
    );
}

#[test]
fn r5_a_line_without_charges_is_compared_with_what_its_deal_earned_by_the_day() {
    check(
        "
        2026-01-01 acme deal.opened d-1 lines=lake:consumption,seats:recurring:31:USD,vault:license:40:USD
        2026-01-01 acme deal.won d-1 2026-01-01..2026-01-31
        2026-01-01 acme offer.accepted d-1 agr
        2026-01-10 acme usage.recorded lake 100 USD
        2026-02-10@2026-04-01 acme usage.recorded lake 900 USD deal=d-9
        2026-02-20 acme disbursement.reported x-1 150 USD 2026-02-20 agreement=agr
        2026-02-21 acme disbursement.reported x-2 50 USD 2026-02-21 agreement=agr
        2026-02-21 acme disbursement.reported x-3 50 USD 2026-02-21 agreement=other
        2026-02-21 y/1 disbursement.reported x-4 50 USD 2026-02-21 deal=d-1
        ",
        "
        reconcile 2026-02-28 = aws:0:0:0:300:129 acme:x-1:matched:within-usage acme:x-2:partly:more-than-used acme:x-3:unmatched:nothing-billed y/1:x-4:unmatched:nothing-billed d-1:171:0
        reconcile 2026-01-05 = nothing
        ",
    );
}

#[test]
fn r7_the_rate_is_what_belongs_to_a_deal_of_all_that_was_used_and_paid_out() {
    check(
        "
        2026-01-01 acme deal.opened d-1 lines=lake:consumption
        2026-01-01 acme deal.won d-1 2026-01-01..
        2026-01-10 acme usage.recorded lake 90 USD
        2026-01-11 acme usage.recorded pond 5 USD
        2026-01-12 x/1 usage.recorded #u lake 4 USD
        2026-01-13 x/1 usage.corrected u 5
        2026-01-12 acme usage.recorded lake 8 EUR
        2026-02-20 acme disbursement.reported x-1 75 USD 2026-02-20 deal=d-1
        2026-02-20 acme disbursement.reported x-2 -75 USD 2026-02-20
        2026-02-21 x/1 disbursement.reported x-3 50 USD 2026-02-20
        2026-02-22 x/1 disbursement.reported x-3 25 USD 2026-02-20
        ",
        "
        rate 2026-01 = 2026-01:consumption:EUR:8*1:0*0:0*0:8*1:1:1 2026-01:consumption:USD:90*1:5*1:5*1:0*0:0.9:0.3333
        rate = 2026-01:consumption:EUR:8*1:0*0:0*0:8*1:1:1 2026-01:consumption:USD:90*1:5*1:5*1:0*0:0.9:0.3333 2026-02:disbursement:USD:75*1:-75*1:25*1:0*0:-:0.3333
        rate 2026-03 = nothing
        ",
    );
}
