//! Programs made at random, applied one after the other from days made at random.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use tributary_audit::program::{changes, present, unknown_deals};
use tributary_connectors::program::{Read, write};
use tributary_domain::event::{AccountOpened, Draft, PartnerEnrolled, PartnerKind};
use tributary_domain::id::{AccountId, DealId, ExternalId, IdError, Market, Namespace, PartnerId, Role, Tier};
use tributary_domain::program::Program;
use tributary_domain::testing::{day, read_id};
use tributary_domain::time::{Day, Instant, start_of_day};
use tributary_intake::Outcome;

use crate::book::Ledger;

/// Deals with teams from before, one of them with a change later in the day on which programs may begin.
const BEFORE: &str = "
    2026-01-01 book book.configured zone=Europe/Berlin
    2026-01-02T08:00:00Z a-1 deal.opened d-1
    2026-01-02T08:00:00Z a-2 deal.opened d-2
    2026-01-02T09:00:00Z a-1 deal.role_assigned d-1 p-1 msp
    2026-01-03T18:00:00Z a-1 deal.role_removed d-1 p-1 msp
    2026-01-03T18:00:00Z partner/p-1 partner.enrolled kinds=msp
    2026-01-09T18:00:00Z x/1 alias.linked a-1
";
const DAYS: [&str; 3] = ["2026-01-02", "2026-01-03", "2026-01-05"];

fn partner() -> impl Strategy<Value = PartnerEnrolled> {
    let kinds = subsequence(PartnerKind::ALL.to_vec(), 1..3);
    let name = option::of(select(vec!["One", "Two; and \"more\"", "no", "3"]));
    (kinds, name, option::of(select(vec!["gold", "1"])), any::<bool>()).prop_map(|(kinds, name, tier, emea)| {
        PartnerEnrolled {
            name: name.map(str::to_owned),
            kinds,
            track: None,
            tier: tier.map(|tier| read_id(Tier::new, tier)),
            markets: if emea { vec![read_id(Market::new, "Healthcare - Providers")] } else { Vec::new() },
        }
    })
}

fn id<T: std::fmt::Debug>(new: fn(&str) -> Result<T, IdError>, names: &[&'static str]) -> impl Strategy<Value = T> {
    select(names.to_vec()).prop_map(move |name| read_id(new, name))
}

fn program() -> impl Strategy<Value = Program> {
    let partners = btree_map(id(PartnerId::new, &["p-1", "p-2", "null"]), partner(), 0..3);
    let accounts = btree_map(id(AccountId::new, &["a-1", "a-3"]), any::<bool>(), 0..3);
    let alias = (Just(read_id(Namespace::new, "x")), id(ExternalId::new, &["1", "2"]));
    let aliases = btree_map(alias, option::of(id(AccountId::new, &["a-1", "a-2"])), 0..3);
    let member = (id(PartnerId::new, &["p-1", "p-2"]), id(Role::new, &["msp", "si"]));
    let teams = btree_map(id(DealId::new, &["d-1", "d-2"]), btree_set(member, 0..3), 0..3);
    (partners, accounts, aliases, teams).prop_map(|(partners, accounts, aliases, teams)| {
        let opened = |(id, emea): (AccountId, bool)| {
            let markets = if emea { vec![read_id(Market::new, "EMEA")] } else { Vec::new() };
            (id, AccountOpened { name: None, markets })
        };
        let accounts: BTreeMap<_, _> = accounts.into_iter().map(opened).collect();
        let teams: BTreeMap<DealId, BTreeSet<_>> = teams;
        Program { partners, accounts, aliases, teams }
    })
}

fn beginning(day: Day) -> Instant {
    start_of_day(day, chrono_tz::Tz::Europe__Berlin)
}

fn said(ledger: &Ledger, program: &Program, on: Day) -> Vec<Draft> {
    let changes = changes(&ledger.view(), program, beginning(on)).expect("the store works");
    changes.into_iter().map(|change| change.draft).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever was so before: what is applied is so, applied again it says nothing, and nothing else changes.
    #[test]
    fn d4_what_is_applied_is_so_and_again_says_nothing(applied in proptest::collection::vec((program(), 0..3_usize), 1..6)) {
        let ledger = Ledger::of(BEFORE);
        for (program, on) in applied {
            let on = day(DAYS[on]);
            let before = present(&ledger.view(), on).expect("the store works");
            let drafts = said(&ledger, &program, on);
            let outcomes = ledger.say(drafts.clone());
            prop_assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Appended(_))), "{:?}", outcomes);
            prop_assert!(ledger.say(drafts).iter().all(|outcome| matches!(outcome, Outcome::Duplicate(_))));
            prop_assert_eq!(said(&ledger, &program, on), vec![]);

            let mut expected = before;
            expected.partners.extend(program.partners);
            expected.accounts.extend(program.accounts);
            expected.aliases.extend(program.aliases);
            expected.aliases.retain(|_, account| account.is_some());
            expected.teams.extend(program.teams);
            prop_assert_eq!(present(&ledger.view(), on).expect("the store works"), expected);
        }
    }

    /// What is exported reads back as the same program, of which the ledger has nothing to learn.
    #[test]
    fn what_is_exported_differs_in_nothing(applied in proptest::collection::vec((program(), 0..3_usize), 0..4)) {
        let ledger = Ledger::of(BEFORE);
        for (program, on) in applied {
            ledger.say(said(&ledger, &program, day(DAYS[on])));
        }
        for on in DAYS.map(day) {
            let exported = present(&ledger.view(), on).expect("the store works");
            let mut read = Read::default();
            read.take("program.yaml", &write(&exported).expect("written"));
            prop_assert_eq!(&read.findings, &vec![]);
            prop_assert_eq!(&read.program, &exported);
            prop_assert_eq!(said(&ledger, &exported, on), vec![]);
        }
    }
}

#[test]
fn d1_a_deal_that_is_not_opened_is_nobodys() {
    let ledger = Ledger::of(BEFORE);
    let mut program = Program::default();
    program.teams.insert(read_id(DealId::new, "d-9"), BTreeSet::new());
    assert_eq!(unknown_deals(&ledger.view(), &program).expect("the store works"), [read_id(DealId::new, "d-9")]);
    assert_eq!(said(&ledger, &program, day("2026-01-05")), []);
}
