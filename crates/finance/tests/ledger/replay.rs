//! Replaying what is closed, and what the next close would adjust, with what caused it (L6).

use tributary_domain::testing::{drafts, instant, period};
use tributary_finance::{
    Adjustments, Cause, Diff, FinanceError, PartnerMoved, Statement, adjustments, diff, replay, verify_closed,
};

use crate::book::{Ledger, partner_id};

/// A partner on two deals; January and February are closed.
const BEGINNING: &str = "
    2025-12-01 partner/p-1 partner.enrolled #p kinds=msp
    2025-12-01 book policy #q cloud model=roleSplit(msp:1)
    2025-12-01 book plan #f tenth consumption mode=volume bands=0:0.1,300:0.2
    2025-12-01 acme deal.opened #d1 d-1 lines=lake:consumption
    2025-12-01 acme deal.won #w1 d-1 2025-12-01..
    2025-12-01 acme deal.role_assigned #r1 d-1 p-1 msp
    2025-12-01 bolt deal.opened #d2 d-2 lines=lake:consumption
    2025-12-01 bolt deal.won #w2 d-2 2025-12-01..
    2025-12-01 bolt deal.role_assigned #r2 d-2 p-1 msp
    2026-01-05 acme usage.recorded #u-1 lake 100 USD
    2026-01-06 bolt usage.recorded #u-2 lake 50 USD
    2026-02-04 book period.closed #c1 2026-01 2026-02-03
    2026-03-05 book period.closed #c2 2026-02 2026-03-04
";

fn ledger(said: &str) -> Ledger {
    let ledger = Ledger::of(drafts(&format!("{BEGINNING}{said}")));
    ledger.close();
    ledger
}

/// `deal:before>after` for each deal, then each cause.
fn shown(partner: &PartnerMoved) -> Vec<String> {
    let deals = partner.plans.iter().flat_map(|plan| plan.deals.iter().map(move |deal| (plan, deal)));
    let deals =
        deals.map(|(plan, deal)| format!("{}:{}:{}>{}", plan.plan, deal.deal, deal.amount.before, deal.amount.after));
    deals.chain(partner.causes.iter().map(cause)).collect()
}

/// `recorded amount deal:because:amount … | what the events say`.
fn cause(cause: &Cause) -> String {
    let Cause { first, last, amount, deals, events } = cause;
    let when = if first == last { first.clone() } else { format!("{first}..{last}") };
    let deals: Vec<String> = deals
        .iter()
        .map(|deal| format!("{}:{:?}{}:{}", deal.deal, deal.because, deal.moved_by.concat(), deal.amount))
        .collect();
    let events: Vec<&str> = events.iter().map(|cited| cited.says.as_str()).collect();
    format!("{} {amount} {} | {}", when.replace("T12:00:00Z", ""), deals.join(" "), events.join("; "))
}

#[track_caller]
fn check(said: &str, of: &str, known_at: &str, expected: &[&str]) {
    let ledger = ledger(said);
    let view = ledger.view(Some(instant(known_at)));
    let found = adjustments(&view, period(of)..=period(of), 99, |_, _| {}).expect("an answer");
    let shown: Vec<String> = found.periods.iter().flat_map(|of| &of.partners).flat_map(shown).collect();
    assert_eq!(shown, expected, "{of} as known at {known_at}");
}

#[test]
fn l6_an_adjustment_is_taken_apart_along_recorded_time_and_cites_what_was_recorded_then() {
    let said = "
        2026-01-07@2026-03-06 bolt usage.recorded  #u-3 lake 30 USD
        2026-01-08@2026-03-07 bolt usage.recorded  #u-4 lake 20 USD
        2026-01-09@2026-03-07 bolt usage.recorded  #u-5 lake 10 USD
        2026-01-05@2026-03-08 acme usage.corrected #u-6 u-1 40
        2026-02-05@2026-03-09 acme usage.recorded  #u-7 lake 80 USD
    ";
    check(
        said,
        "2026-01",
        "2026-03-06",
        &["tenth:d-2:5>8", "2026-03-06 3 d-2:Base:3 | usage of `lake` on 2026-01-07: 30 USD"],
    );
    check(
        said,
        "2026-01",
        "2026-03-31",
        &[
            "tenth:d-1:10>4",
            "tenth:d-2:5>11",
            "2026-03-06 3 d-2:Base:3 | usage of `lake` on 2026-01-07: 30 USD",
            "2026-03-07 3 d-2:Base:3 | 2 usage events of `lake`, together 30 USD",
            "2026-03-08 -6 d-1:Base:-6 | usage of `lake` on 2026-01-05 restated: 100 → 40 USD",
        ],
    );
    // At the cutoff itself, and where nothing was learned, there is nothing to adjust.
    check(said, "2026-01", "2026-03-04", &[]);
    check(said, "2026-01", "2026-03-05", &[]);
    // The first close's next one is the second: what it booked was pending then.
    check(
        "2026-01-05@2026-02-20 acme usage.corrected #u-6 u-1 40",
        "2026-01",
        "2026-02-20",
        &["tenth:d-1:10>4", "2026-02-20 -6 d-1:Base:-6 | usage of `lake` on 2026-01-05 restated: 100 → 40 USD"],
    );
}

#[test]
fn l6_a_deal_whose_base_stayed_names_what_moved_its_amount() {
    // Another deal reaches the next band.
    check(
        "2026-01-07@2026-03-06 bolt usage.recorded #u-3 lake 150 USD",
        "2026-01",
        "2026-03-06",
        &[
            "tenth:d-1:10>20",
            "tenth:d-2:5>40",
            "2026-03-06 45 d-1:OtherDealsd-2:10 d-2:Base:35 | usage of `lake` on 2026-01-07: 150 USD",
        ],
    );
    // A plan is corrected.
    check(
        "2026-01-07@2026-03-06 book plan #g tenth consumption bands=0:0.3",
        "2026-01",
        "2026-03-06",
        &[
            "tenth:d-1:10>30",
            "tenth:d-2:5>15",
            "2026-03-06 30 d-1:Rules:20 d-2:Rules:10 | commission plan `tenth` from 2020-01-01: pays for consumption",
        ],
    );
}

#[test]
fn l6_clawback_and_growth_are_told_by_history() {
    let claw = "2025-12-01 book plan #k tenth consumption bands=0:0.1 clawback=90:0.5\n";
    check(
        &format!("{claw}2026-02-10@2026-03-10 acme deal.churned #x d-1"),
        "2026-01",
        "2026-03-10",
        &["tenth:d-1:10>5", "2026-03-10 -5 d-1:History:-5 | deal `d-1` churned"],
    );
    let growth = "
        2025-12-01 book plan #k tenth consumption bands=0:0.1 accelerator=previousPeriod,0.5:2
        2025-12-07 acme usage.recorded #u-8 lake 100 USD
        2025-12-07@2026-03-10 acme usage.recorded #u-9 lake 100 USD
    ";
    check(
        growth,
        "2026-01",
        "2026-03-10",
        &[
            "tenth:d-1:20>10",
            "tenth:d-2:10>5",
            "2026-03-10 -15 d-1:History:-10 d-2:History:-5 | usage of `lake` on 2025-12-07: 100 USD",
        ],
    );
}

#[test]
fn l6_relinks_rates_and_back_dated_roles_are_found() {
    let said = "
        2026-01-06            x/1  usage.recorded #u-3 lake 60 EUR
        2026-01-06@2026-03-06 x/1  alias.linked #l-1 bolt
        2026-01-01@2026-03-07 book rate.published #e-1 EUR USD 2026-01-01 2
        2026-01-01@2026-03-07 book rate.published #e-2 CHF USD 2026-01-01 3
        2026-01-06@2026-03-08 x/1  alias.linked #l-2 acme
        2026-01-01@2026-03-09 acme deal.role_removed #r-9 d-1 p-1 msp
        2026-03-09            acme deal.staged #s-1 d-1 proposal
    ";
    check(
        said,
        "2026-01",
        "2026-03-31",
        &[
            "tenth:d-1:10>0",
            "2026-03-07 12 d-2:Base:12 | 1 EUR is 2 USD on 2026-01-01",
            "2026-03-08 0 d-1:Base:12 d-2:Base:-12 | linked to account `acme`",
            "2026-03-09 -22 d-1:Base:-22 | `p-1` is no longer `msp` on deal `d-1`",
        ],
    );
}

#[test]
fn l6_what_is_too_much_to_tell_apart_is_told_together_and_still_adds_up() {
    let said = "
        2026-01-07@2026-03-06 acme usage.recorded #u-3 lake 10 USD
        2026-01-07@2026-03-07 acme usage.recorded #u-4 lake 10 USD
        2026-01-07@2026-03-08 acme usage.recorded #u-5 lake 10 USD
    ";
    let ledger = ledger(said);
    let view = ledger.view(None);
    let january = period("2026-01");
    let found: Adjustments = adjustments(&view, january..=january, 1, |_, _| {}).expect("an answer");
    assert_eq!(found.amount, "3");
    let causes: Vec<String> = found.periods[0].partners[0].causes.iter().map(cause).collect();
    assert_eq!(causes, ["2026-03-06..2026-03-08 3 d-1:Base:3 | 3 usage events of `lake`, together 30 USD"]);
}

#[test]
fn l6_a_diff_of_knowledge_compares_a_period_at_two_instants() {
    let ledger = ledger("2026-01-07@2026-03-06 bolt usage.recorded #u-3 lake 30 USD");
    let view = ledger.view(Some(instant("2026-03-06")));
    let found: Diff = diff(&view, None, period("2026-01"), instant("2026-01-05"), 99).expect("an answer");
    let shown: Vec<String> = found.period.partners.iter().flat_map(shown).collect();
    assert_eq!(
        shown,
        [
            "tenth:d-2:0>8",
            "2026-01-06 5 d-2:Base:5 | usage of `lake` on 2026-01-06: 50 USD",
            "2026-03-06 3 d-2:Base:3 | usage of `lake` on 2026-01-07: 30 USD",
        ]
    );
    let nobody =
        diff(&view, Some(&partner_id("p-9")), period("2026-01"), instant("2026-01-05"), 99).expect("an answer");
    assert_eq!((nobody.period.partners.len(), nobody.period.amount.after.as_str()), (0, "0"));
}

#[test]
fn l6_a_replayed_close_is_what_was_kept_and_attested() {
    let closed = ledger("2026-01-05@2026-02-20 acme usage.corrected #u-6 u-1 40");
    let february = replay(&closed.projection, period("2026-02")).expect("an answer");
    let kept = closed.view(None).closed().to_vec();
    assert_eq!(february.digest, blake3_hex(kept[1].digest));
    let adjusted: Vec<&str> = february.statements.values().map(|of| of.balance.adjusted.as_str()).collect();
    assert_eq!(adjusted, ["-6"]);
    let known =
        |error: Result<_, FinanceError>| error.map(|_: tributary_finance::Replayed| ()).expect_err("open").code();
    assert_eq!(known(replay(&closed.projection, period("2026-03"))), "period-not-closed");

    let attest = |digest: &str| format!("2026-03-06 book period.attested #a-{} 2026-02 {digest}", &digest[..4]);
    closed.import(drafts(&attest(&february.digest)));
    closed.close();
    let all = period("2026-01")..=period("2026-02");
    let found = verify_closed(&closed.view(None), all.clone(), |_, _, _| {}).expect("an answer");
    assert!(found.verified && found.periods[1].attested[0].agrees, "{found:?}");
    closed.import(drafts(&attest(&"ab".repeat(32))));
    closed.close();
    let found = verify_closed(&closed.view(None), all, |_, _, _| {}).expect("an answer");
    assert_eq!((found.verified, found.periods[0].verified, found.periods[1].verified), (false, true, false));
}

fn blake3_hex(digest: [u8; 32]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn l6_a_kept_statement_that_was_touched_is_found_and_named_and_does_not_spoil_the_next() {
    let ledger = ledger("2026-01-05@2026-02-20 acme usage.corrected #u-6 u-1 40");
    let view = ledger.view(None);
    let (partner, january) = (partner_id("p-1"), period("2026-01"));
    let kept = view.statement(&partner, january).expect("the store works").expect("a statement");
    let mut touched: Statement = serde_json::from_slice(&kept).expect("a statement");
    touched.lines[0].deals[1].amount = "50".to_owned();
    let rows = [(partner, january, serde_json::to_vec(&touched).expect("JSON"))];
    ledger.projection.keep_statements(&view, view.closed().to_vec(), rows).expect("the store works");
    let found = verify_closed(&view, january..=period("2026-02"), |_, _, _| {}).expect("an answer");
    let [first, second] = found.periods.as_slice() else { panic!("{found:?}") };
    assert!(!first.verified && second.verified, "{found:?}");
    let difference = &first.differences[0];
    assert_eq!((difference.partner.as_str(), difference.at.as_str()), ("p-1", "lines[0].deals[1].amount"));
    assert_eq!((difference.kept.as_deref(), difference.replayed.as_deref()), (Some("\"50\""), Some("\"5\"")));
}
