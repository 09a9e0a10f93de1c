//! What explains an amount gives it again (E1): every figure is recomputed from what the document shows, of worked cases
//! and of any history, and every event that is cited stands in the log where it is said to.

use std::path::Path;

use proptest::prelude::*;
use serde::Serialize;
use serde_json::Value;
use tributary_domain::id::{AccountId, DealId, Identity, PartnerId};
use tributary_domain::testing::{day, drafts, instant, period, read_id};
use tributary_domain::time::{Day, Instant, Period};
use tributary_finance::explain::{CreditFilter, Filter, Mismatch, ShareFilter, check, explain_credits, explain_shares};
use tributary_finance::{credits, explain, statement};
use tributary_log::Position;

use crate::any_history::{self, chosen, history};
use crate::book::{Ledger, instants, partner_id};
use crate::cases::{self, case};

/// Histories for the property: a few seconds.
const CASES: u32 = 8;

/// What is recomputed of a ledger: its explanations, and how they are checked.
struct Auditor<'a> {
    ledger: &'a Ledger,
    /// None: shapes are not compared.
    schemas: Option<[jsonschema::Validator; 3]>,
    figures: usize,
    events: usize,
}

impl<'a> Auditor<'a> {
    /// One who compares no shapes: of a hundred documents of one history one would do.
    fn of_figures(ledger: &'a Ledger) -> Self {
        Self { ledger, schemas: None, figures: 0, events: 0 }
    }

    fn of(ledger: &'a Ledger) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/answers");
        let schema = |name: &str| {
            let text = std::fs::read_to_string(root.join(format!("{name}.json"))).expect("a schema");
            jsonschema::validator_for(&serde_json::from_str(&text).expect("JSON")).expect("a schema")
        };
        let schemas = ["explanation", "creditexplanation", "shareexplanation"].map(schema);
        Self { schemas: Some(schemas), ..Self::of_figures(ledger) }
    }

    fn identify(&self, position: Position) -> Option<Identity> {
        self.ledger.recorded(position).map(|(identity, _)| identity)
    }

    /// Recomputes a document, finds its events in the log, and compares its shape with its schema.
    fn audit(&mut self, schema: usize, document: &impl Serialize) -> Value {
        let document = serde_json::to_value(document).expect("JSON");
        self.figures += check(&document).unwrap_or_else(|mismatch| panic!("{mismatch}\n{document:#}"));
        self.cited(&document);
        if let Some(schemas) = &self.schemas {
            let problems = schemas[schema].iter_errors(&document);
            let problems: Vec<String> = problems.map(|error| format!("{}: {error}", error.instance_path)).collect();
            assert_eq!(problems, Vec::<String>::new());
        }
        document
    }

    /// Every event that is cited stands in the log at that position, recorded then.
    fn cited(&mut self, document: &Value) {
        match document {
            Value::Array(all) => all.iter().for_each(|one| self.cited(one)),
            Value::Object(fields) => {
                if let (Some(partition), Some(offset)) = (fields.get("partition"), fields.get("offset")) {
                    let number = |value: &Value| value.as_u64().expect("a number");
                    let position = Position { partition: number(partition) as u32, offset: number(offset) };
                    let (identity, recorded) = self.ledger.recorded(position).expect("an event");
                    assert_eq!(fields["id"], *identity.id.as_str(), "{position}");
                    assert_eq!(fields["source"], *identity.source.as_str(), "{position}");
                    assert_eq!(fields["recorded"], recorded.to_string(), "{position}");
                    self.events += 1;
                }
                fields.values().for_each(|one| self.cited(one));
            }
            _ => {}
        }
    }

    /// The statement of a partner for a period, explained at its own instant, and what it must say.
    fn statement(&mut self, partner: &PartnerId, of: Period, filter: &Filter) -> Value {
        self.ledger.close();
        let closes = self.ledger.view(None).closes();
        let closed = closes.iter().find(|close| close.period == of).map(|close| close.cutoff);
        let view = self.ledger.view(closed);
        let explained = explain(&view, partner, of, filter, &|at| self.identify(at)).expect("an explanation");
        assert_eq!(explained.statement, statement(&view, partner, of).expect("a statement"));
        if *filter == Filter::default() {
            for line in &explained.statement.lines {
                let same = explained.lines.iter().filter(|one| (&one.plan, &one.period) == (&line.plan, &line.period));
                assert_eq!(
                    same.map(|one| &one.amount).collect::<Vec<_>>(),
                    [&line.amount],
                    "{} {}",
                    line.plan,
                    line.period
                );
            }
        }
        self.audit(0, &explained)
    }

    /// The credits of a partner in a period, and that they are those of the answer.
    fn credits(&mut self, partner: &PartnerId, of: Period, known_at: Option<Instant>) -> Value {
        let view = self.ledger.view(known_at);
        let identify = |at| self.identify(at);
        let explained = explain_credits(&view, partner, of, &CreditFilter::default(), &identify).expect("credits");
        let answer = credits(&view, partner, of).expect("credits");
        let shown = explained.credits.iter().filter(|credit| credit.amount != "0");
        let shown: Vec<_> = shown.map(|of| (&of.pool, of.basis, &of.deal, &of.role, &of.amount)).collect();
        let expected: Vec<_> =
            answer.credits.iter().map(|of| (&of.pool, of.basis, &of.deal, &of.role, &of.amount)).collect();
        assert_eq!(shown, expected, "{partner} {of}");
        self.audit(1, &explained)
    }

    fn shares(&mut self, account: &str, as_of: Day, known_at: Option<Instant>) -> Value {
        let view = self.ledger.view(known_at);
        let account = read_id(AccountId::new, account);
        let identify = |at| self.identify(at);
        let explained = explain_shares(&view, &account, as_of, &ShareFilter::default(), &identify).expect("shares");
        self.audit(2, &explained)
    }

    /// Everything that can be asked: statements, credits now and then, shares.
    fn everything(&mut self, periods: &[Period], instants: &[Instant]) {
        let (partners, accounts) = {
            let view = self.ledger.view(None);
            (view.partners().expect("partners"), view.accounts().expect("accounts"))
        };
        for partner in &partners {
            for of in periods {
                self.statement(partner, *of, &Filter::default());
                self.credits(partner, *of, None);
                instants.iter().for_each(|at| drop(self.credits(partner, *of, Some(*at))));
            }
        }
        for account in &accounts {
            for of in periods {
                self.shares(account.as_str(), of.first_day(), None);
                instants.iter().for_each(|at| drop(self.shares(account.as_str(), of.last_day(), Some(*at))));
            }
        }
    }
}

#[track_caller]
fn check_case(name: &str) {
    let said = case(name);
    let instants = instants(&said, 2);
    let ledger = Ledger::of(said);
    let mut auditor = Auditor::of(&ledger);
    auditor.everything(&cases::periods(), &instants[1..]);
    assert!(auditor.figures > 50 && auditor.events > 50, "{name}: {} {}", auditor.figures, auditor.events);
}

#[test]
fn e1_the_explanations_of_the_first_cases_are_recomputed_from_what_they_show() {
    for name in ["000-first", "001-mixed", "002-mixed", "005-mixed"] {
        check_case(name);
    }
}

#[test]
fn e1_the_explanations_of_the_largest_cases_are_recomputed_from_what_they_show() {
    for name in ["003-mixed", "004-mixed", "006-mixed"] {
        check_case(name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn e1_every_amount_of_any_history_is_recomputed_from_what_explains_it(chosen in chosen()) {
        let said = history(&chosen);
        let instants = instants(&said, 3);
        let ledger = Ledger::of(said);
        Auditor::of_figures(&ledger).everything(&any_history::periods(), &instants[1..2]);
    }
}

/// Fields whose value follows from others, wherever they stand.
const FIGURES: [&str; 22] = [
    "amount",
    "base",
    "baseNow",
    "baseBefore",
    "target",
    "recognisedBefore",
    "allocated",
    "clawedBack",
    "scheduled",
    "accelerated",
    "rounded",
    "credit",
    "fact",
    "sum",
    "share",
    "retained",
    "opening",
    "paid",
    "closing",
    "held",
    "payable",
    "weight",
];

/// The paths of the figures of a document.
fn figures(document: &Value, path: &str, all: &mut Vec<String>) {
    match document {
        Value::Array(of) => of.iter().enumerate().for_each(|(at, one)| figures(one, &format!("{path}/{at}"), all)),
        Value::Object(fields) => {
            for (name, one) in fields {
                let path = format!("{path}/{name}");
                if one.is_string() && FIGURES.contains(&name.as_str()) && !path.contains("/growth/") {
                    all.push(path);
                } else {
                    figures(one, &path, all);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn e1_a_figure_that_does_not_follow_from_what_is_shown_is_found() {
    let ledger = Ledger::of(case("000-first"));
    let mut auditor = Auditor::of(&ledger);
    let document = auditor.statement(&partner_id("p-reg"), period("2026-02"), &Filter::default());
    let mut paths = Vec::new();
    figures(&document, "", &mut paths);
    assert!(paths.len() > 60, "{paths:?}");
    for path in paths {
        let mut wrong = document.clone();
        let figure = wrong.pointer_mut(&path).expect("a figure");
        *figure = Value::from(if figure == "7" { "8" } else { "7" });
        let found = check(&wrong);
        assert!(matches!(found, Err(Mismatch::Figure { .. })), "{path}: {found:?}");
    }
}

/// A deal of an alias, claimed from an offered lead, protected; late usage, a churn, a payout.
const STORY: &str = "
    2026-01-01 partner/p-1 partner.enrolled #enrolled-1 kinds=msp
    2026-01-01 partner/p-2 partner.enrolled #enrolled-2 kinds=msp
    2026-01-01 book policy #policy cloud model=protection(0.4,source(0.5,roleSplit(msp:1)))
    2026-01-01 book plan #plan flat consumption bands=0:0.1 clawback=90:0.5
    2026-01-01 book plan #paid paid disbursement bands=0:0.1
    2026-01-02 x/1 lead.captured #captured l-1 coSell
    2026-01-03 x/1 lead.offered  #offered l-1 p-1,p-2
    2026-01-04 x/1 lead.claimed  #claimed l-1 p-2
    2026-01-05 x/1 deal.opened   #opened d-1 lead=l-1 lines=lake@v:consumption
    2026-01-06 x/1 deal.won      #won d-1 2026-01-06..
    2026-01-07 x/1 deal.role_assigned #role d-1 p-1 msp
    2026-01-08 acme registration.submitted #submitted r-9 p-1
    2026-01-08 x/1 offer.accepted #offer d-1 agr-1
    2026-01-09 x/1 usage.recorded #usage lake 100 EUR
    2026-01-09 book rate.published #rate EUR USD 2026-01-09 2
    2026-01-10 x/1 disbursement.reported #disbursed x-1 50 USD 2026-01-10 agreement=agr-1
    2026-01-11 x/1 alias.linked #linked acme
    2026-02-02 partner/p-2 payout.issued #payout pay-1 5 USD
    2026-02-04 book period.closed #close 2026-01 2026-02-03
    2026-01-12@2026-02-05 x/1 usage.recorded #late lake 10 USD
    2026-01-20@2026-02-06 x/1 deal.churned #churned d-1
    2026-02-07 partner/p-2 hold.placed #hold h-1 deal=d-1
";

/// The ids of the events cited anywhere below a part of a document, those of them that are new marked with `!`.
fn cited(document: &Value, all: &mut Vec<String>) {
    match document {
        Value::Array(of) => of.iter().for_each(|one| cited(one, all)),
        Value::Object(fields) => {
            if let Some(id) = fields.get("id").and_then(Value::as_str) {
                all.push(format!("{id}{}", if fields["new"] == true { "!" } else { "" }));
            }
            fields.values().for_each(|one| cited(one, all));
        }
        _ => {}
    }
    all.sort();
    all.dedup();
}

#[track_caller]
fn cites(document: &Value, pointer: &str, expected: &str) {
    let mut all = Vec::new();
    cited(document.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {document:#}")), &mut all);
    let mut expected: Vec<&str> = expected.split_whitespace().collect();
    expected.sort_unstable();
    assert_eq!(all, expected, "{pointer}");
}

#[test]
fn e1_the_events_behind_an_amount_are_all_of_those_that_decide_it() {
    let ledger = Ledger::of(drafts(STORY));
    let mut auditor = Auditor::of(&ledger);
    let january = auditor.statement(&partner_id("p-2"), period("2026-01"), &Filter::default());
    cites(&january, "/lines/0/published", "plan");
    cites(&january, "/lines/0/enrolled", "enrolled-2");
    let day = "/lines/0/measures/0/deals/0/credits/0/days/0";
    cites(&january, &format!("{day}/because"), "policy opened offered claimed enrolled-2 linked");
    cites(&january, &format!("{day}/dealBecause"), "opened won linked");
    cites(&january, &format!("{day}/events"), "usage");
    cites(&january, &format!("{day}/rate"), "rate");
    let disbursed = "/lines/1/measures/0/deals/0/credits/0/days/0";
    cites(&january, &format!("{disbursed}/events"), "offer disbursed");
    cites(&january, "/balance/movements", "payout");

    let february = auditor.statement(&partner_id("p-2"), period("2026-02"), &Filter::default());
    cites(&february, "/lines/0/recognisedBefore", "close");
    cites(&february, "/lines/0/measures/0/deals/0/clawback", "won churned!");
    let late = "/lines/0/measures/0/deals/0/credits/0/days/1";
    cites(&february, &format!("{late}/events"), "late!");
    cites(&february, "/balance/holds", "hold");
    cites(&february, "/balance/recognised", "close");
}

#[test]
fn e1_a_protecting_registration_is_explained_by_all_that_was_said_of_it_by_then() {
    let ledger = Ledger::of(drafts(
        "
        2026-01-01 partner/p-1 partner.enrolled #enrolled kinds=msp
        2026-01-01 book policy #policy cloud model=protection(0.4,none)
        2026-01-02 acme registration.submitted   #submitted r-1 p-1
        2026-01-03 acme registration.approved    #approved r-1 2026-01-04
        2026-01-04 acme registration.extended    #extended r-1 2026-03-01
        2026-01-02 acme registration.submitted   #second r-2 p-1
        2026-01-09 acme registration.adjudicated #decided r-1,r-2 r-1
        2026-01-06 acme deal.opened #opened d-1 lines=lake:consumption
        ",
    ));
    let shares = Auditor::of(&ledger).shares("acme", day("2026-01-10"), Some(instant("2026-02-01")));
    let model = "/deals/0/splits/0/model/registrations";
    cites(&shares, &format!("{model}/0"), "submitted approved extended decided");
    cites(&shares, &format!("{model}/1"), "second decided");
    assert_eq!(shares.pointer(&format!("{model}/1/standing")), Some(&Value::from("lost")));
    cites(&shares, "/deals/0/source", "opened submitted approved extended decided");
}

#[test]
fn e1_one_deals_amount_is_explained_without_folding_the_accounts_of_the_others() {
    let ledger = Ledger::of(case("003-mixed"));
    ledger.close();
    let (partner, of) = (partner_id("p5"), period("2026-03"));
    let whole = Auditor::of(&ledger).statement(&partner, of, &Filter::default());
    let shown = &whole["statement"]["lines"][0]["deals"];
    let deal = shown.as_array().and_then(|deals| deals.last()).expect("a deal");
    let name = |field: &str| deal[field].as_str().expect("a text").to_owned();
    let filter = Filter { deal: Some(read_id(DealId::new, &name("deal"))), ..Filter::default() };
    let closed = ledger.view(None).closes().iter().find(|close| close.period == of).map(|close| close.cutoff);
    let view = ledger.view(closed);
    let explained = explain(&view, &partner, of, &filter, &|_| None).expect("an explanation");
    let deals = explained.lines.iter().flat_map(|line| &line.measures).flat_map(|measure| &measure.deals);
    assert!(deals.clone().count() > 0 && deals.clone().all(|of| of.deal == name("deal")));
    assert_eq!(view.accounts_folded(), [read_id(AccountId::new, &name("account"))]);
}
