//! The store and the log: what is refused, what is set aside, what is derived again, and reading while importing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::money::CreditAmount;
use tributary_domain::testing::{drafts, instant, period, read_id};
use tributary_intake::{Intake, Trust};
use tributary_log::{Entry, Envelope, Log, LogId, MemoryLog};
use tributary_projector::{Projection, ProjectorError, View, open, rebuild};
use tributary_store::{Batch, Db, Durability, Tuning};

const TUNING: Tuning =
    Tuning { cache_bytes: 1 << 20, memtables_bytes: 4 << 20, block_bytes: 4096, background_jobs: 1, dense: false };

/// A partner who is given everything of two deals.
const BEGINNING: &str = "
    2026-01-01 partner/p-1 partner.enrolled #p kinds=msp
    2026-01-01 book policy #q cloud model=roleSplit(msp:1)
    2026-01-01 acme deal.opened #da d-a lines=lake:consumption
    2026-01-01 acme deal.won #wa d-a 2026-01-01..
    2026-01-01 acme deal.role_assigned #ra d-a p-1 msp
    2026-01-01 bolt deal.opened #db d-b lines=lake:consumption
    2026-01-01 bolt deal.won #wb d-b 2026-01-01..
    2026-01-01 bolt deal.role_assigned #rb d-b p-1 msp
";

fn log(id: u8) -> MemoryLog {
    MemoryLog::new(LogId([id; 16]), 1, Arc::new(|| 0))
}

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn say(log: &MemoryLog, text: &str) {
    Intake::new(log, log, Trust::FileTimes, None).submit(drafts(text)).expect("the log works");
}

fn import(log: &MemoryLog, projection: &Projection, text: &str) {
    say(log, text);
    projection.catch_up(log, |_| {}).expect("the store works");
}

/// The partner's credit in January, by account and deal.
fn credit(view: &View<'_>) -> String {
    let credits = view.credits(&read_id(PartnerId::new, "p-1"), period("2026-01")).expect("credits");
    let of = |(key, amount): (&tributary_domain::credit::CreditKey, &CreditAmount)| {
        format!("{}:{}:{amount}", key.account, key.deal)
    };
    credits.iter().map(of).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check_credit(projection: &Projection, expected: &str) {
    assert_eq!(credit(&projection.view(None).expect("a view")), expected);
}

#[test]
fn a_store_of_another_log_is_refused() {
    let (folder, own, other) = (folder(), log(1), log(2));
    drop(Projection::open(folder.path(), &own, &TUNING).expect("a new store"));
    drop(Projection::open(folder.path(), &own, &TUNING).expect("the same log"));
    let refused = Projection::open(folder.path(), &other, &TUNING).err();
    assert!(
        matches!(refused, Some(ProjectorError::OtherLog { store, log }) if store == own.id() && log == other.id()),
        "{refused:?}"
    );
}

#[test]
fn a_store_of_another_layout_is_refused() {
    let (folder, log) = (folder(), log(1));
    drop(Projection::open(folder.path(), &log, &TUNING).expect("a new store"));
    {
        // The layout stands first among what the store says of itself.
        let store = Db::open(folder.path(), &TUNING).expect("the store");
        let (key, value) = tributary_store::Reader::prefix(&store, &[0x01]).next().expect("a row").expect("the store");
        let mut batch = Batch::new();
        let next = value[0] + 1;
        assert_eq!(value.len(), 1, "a small number");
        batch.put(&key, &[next]);
        store.write(batch, Durability::Unlogged).expect("the store");
        store.flush().expect("the store");
    }
    let refused = Projection::open(folder.path(), &log, &TUNING).err();
    assert!(
        matches!(refused, Some(ProjectorError::Layout { found, expected }) if found == expected + 1),
        "{refused:?}"
    );
}

#[test]
fn a_store_that_has_read_more_than_the_log_holds_is_refused() {
    let folder = folder();
    let long = log(1);
    {
        let projection = Projection::open(folder.path(), &long, &TUNING).expect("a new store");
        import(&long, &projection, BEGINNING);
        projection.flush().expect("the store works");
    }
    let short = log(1);
    say(&short, "2026-01-01 partner/p-1 partner.enrolled #p kinds=msp");
    let refused = Projection::open(folder.path(), &short, &TUNING).err();
    assert!(
        matches!(refused, Some(ProjectorError::AheadOfLog { stored, end }) if stored.offset == 8 && end.offset == 1),
        "{refused:?}"
    );
}

#[test]
fn i1_a_record_that_cannot_be_read_is_set_aside_and_the_next_ones_go_on() {
    let (folder, log) = (folder(), log(1));
    let projection = Projection::open(folder.path(), &log, &TUNING).expect("a new store");
    import(&log, &projection, BEGINNING);
    let envelope =
        |id, event_type, data| Envelope { id, source: "s", event_type, subject: "account/acme", time_us: 0, data };
    let entry = |envelope| Entry { envelope, recorded_us: Some(instant("2026-01-02").micros()) };
    let broken = [
        entry(envelope("unknown", "tributary.moon.rose.v1", b"".as_slice())),
        entry(envelope("garbage", "tributary.usage.recorded.v1", &[0xff, 0xff, 0xff])),
    ];
    log.append(0, &broken).expect("the log works");
    import(&log, &projection, "2026-01-05 acme usage.recorded #u lake 12.5 USD");
    check_credit(&projection, "acme:d-a:12.5");
    let aside = projection.quarantined().expect("the store works");
    let aside: Vec<_> = aside.iter().map(|one| (one.position.offset, one.id.as_str())).collect();
    assert_eq!(aside, [(8, "unknown"), (9, "garbage")]);
    assert_eq!((projection.counts().events, projection.counts().quarantined), (9, 2));
    let digest = projection.digest().expect("a digest");
    drop(projection);
    let reopened = Projection::open(folder.path(), &log, &TUNING).expect("the same store");
    assert_eq!((reopened.counts().quarantined, reopened.digest().expect("a digest")), (2, digest));
}

#[test]
fn i3_an_alias_linked_late_moves_history_and_a_relink_moves_it_on() {
    let (folder, log) = (folder(), log(1));
    let projection = Projection::open(folder.path(), &log, &TUNING).expect("a new store");
    import(&log, &projection, BEGINNING);
    import(&log, &projection, "2026-01-05 x/1 usage.recorded #u lake 100 USD");
    check_credit(&projection, "");
    import(&log, &projection, "2026-09-01@2026-02-01 x/1 alias.linked #l-1 acme");
    check_credit(&projection, "acme:d-a:100");
    import(&log, &projection, "2026-09-02@2026-02-02 x/1 alias.linked #l-2 bolt");
    check_credit(&projection, "bolt:d-b:100");
    import(&log, &projection, "2026-08-01@2026-02-03 x/1 alias.linked #l-3 acme");
    check_credit(&projection, "bolt:d-b:100");
    import(&log, &projection, "2026-09-03@2026-02-04 x/1 alias.unlinked #l-4");
    check_credit(&projection, "");
}

#[test]
fn d1_a_deal_opened_in_two_accounts_follows_the_earliest_opening_that_resolves_as_aliases_move() {
    let (folder, log) = (folder(), log(1));
    let projection = Projection::open(folder.path(), &log, &TUNING).expect("a new store");
    import(
        &log,
        &projection,
        "
        2026-01-01 partner/p-1 partner.enrolled #p kinds=msp
        2026-01-01 book policy #q cloud model=roleSplit(msp:1)
        2026-01-02 x/1  deal.opened #o-1 d-1 lines=lake:consumption
        2026-01-03 bolt deal.opened #o-2 d-1 lines=lake:consumption
        2026-01-04 bolt deal.won           #w-2 d-1 2026-01-04..
        2026-01-04 bolt deal.role_assigned #r-2 d-1 p-1 msp
        2026-01-04 acme deal.won           #w-1 d-1 2026-01-04..
        2026-01-04 acme deal.role_assigned #r-1 d-1 p-1 msp
        2026-01-05 acme usage.recorded     #u-1 lake 1 USD
        2026-01-05 bolt usage.recorded     #u-2 lake 2 USD
        ",
    );
    check_credit(&projection, "bolt:d-1:2");
    import(&log, &projection, "2026-02-01 x/1 alias.linked #l-1 acme");
    check_credit(&projection, "acme:d-1:1");
    import(&log, &projection, "2026-02-02 x/1 alias.linked #l-2 cord");
    check_credit(&projection, "");
    import(&log, &projection, "2026-02-03 x/1 alias.unlinked #l-3");
    check_credit(&projection, "bolt:d-1:2");
    import(&log, &projection, "2026-01-01@2026-02-04 acme deal.opened #o-3 d-1 lines=lake:consumption");
    check_credit(&projection, "acme:d-1:1");
}

#[test]
fn f5_a_rate_published_late_changes_what_is_in_its_currency_from_its_day_on_and_nothing_else() {
    let (folder, log) = (folder(), log(1));
    let projection = Projection::open(folder.path(), &log, &TUNING).expect("a new store");
    import(&log, &projection, BEGINNING);
    import(
        &log,
        &projection,
        "
        2026-01-05 acme usage.recorded #u-1 lake 100 EUR
        2026-01-20 acme usage.recorded #u-2 lake 10 EUR
        2026-01-20 bolt usage.recorded #u-3 lake 7 USD
        2026-01-01 book rate.published #r-1 EUR USD 2026-01-01 2
        ",
    );
    check_credit(&projection, "acme:d-a:220 bolt:d-b:7");
    say(&log, "2026-01-01@2026-03-01 book rate.published #r-2 EUR USD 2026-01-15 3");
    projection.file(&log, |_| {}).expect("the store works");
    assert_eq!(projection.dirty_accounts(), 1, "only the account with a fact in another currency");
    check_credit(&projection, "acme:d-a:230 bolt:d-b:7");
    import(&log, &projection, "2026-01-01@2026-03-02 book rate.published #r-3 EUR USD 2026-02-01 9");
    check_credit(&projection, "acme:d-a:230 bolt:d-b:7");
    let before = projection.view(Some(instant("2026-02-28"))).expect("a view");
    assert_eq!(credit(&before), "acme:d-a:220 bolt:d-b:7");
}

#[test]
fn a_rebuild_equals_the_original_and_leaves_one_store() {
    let (folder, log) = (folder(), log(1));
    let projection = open(folder.path(), &log, &TUNING).expect("a new store");
    import(&log, &projection, BEGINNING);
    import(&log, &projection, "2026-01-05 acme usage.recorded #u lake 12.5 USD");
    let (digest, counts) = (projection.digest().expect("a digest"), projection.counts());
    drop(projection);
    for _ in 0..2 {
        let rebuilt = rebuild(folder.path(), &log, &TUNING, |_| {}).expect("the store works");
        assert_eq!((rebuilt.digest().expect("a digest"), rebuilt.counts()), (digest, counts));
    }
    let reopened = open(folder.path(), &log, &TUNING).expect("the rebuilt store");
    check_credit(&reopened, "acme:d-a:12.5");
    let stores = std::fs::read_dir(folder.path())
        .expect("a folder")
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("store-")));
    assert_eq!(stores.count(), 1);
}

#[test]
fn a_reader_beside_an_import_always_sees_a_prefix_of_the_log() {
    const EVENTS: usize = 300;
    let (folder, log) = (folder(), log(1));
    let projection = Projection::open(folder.path(), &log, &TUNING).expect("a new store");
    import(&log, &projection, BEGINNING);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut last, mut seen) = (0, 0);
            loop {
                let ended = done.load(Ordering::SeqCst);
                let view = projection.view(None).expect("a view");
                // Every event is worth one, and told by when it was recorded: what is seen is all of a prefix.
                let known = (view.known_at().micros() - instant("2026-01-02").micros()).max(-1) + 1;
                let credits = view.credits(&read_id(PartnerId::new, "p-1"), period("2026-01")).expect("credits");
                let total = CreditAmount::sum(credits.into_values()).expect("in range");
                assert_eq!(total.to_string(), known.to_string());
                let folded = view.usage(&read_id(AccountId::new, "acme"), period("2026-01")).expect("usage");
                assert_eq!(folded.len() as i64, known);
                assert!(known >= last, "what was seen stays");
                (last, seen) = (known, seen + 1);
                if ended {
                    return (last, seen);
                }
            }
        });
        for number in 0..EVENTS {
            let recorded = tributary_domain::time::Instant::from_micros(instant("2026-01-02").micros() + number as i64);
            say(&log, &format!("2026-01-02@{recorded} acme usage.recorded #u-{number} lake 1 USD"));
            projection.catch_up(&log, |_| {}).expect("the store works");
        }
        done.store(true, Ordering::SeqCst);
        let (last, seen) = reader.join().expect("a reader that saw a prefix every time");
        assert_eq!(last, EVENTS as i64);
        assert!(seen > 1, "it read while events came in");
    });
}

#[test]
fn what_lies_beyond_the_end_that_is_asked_for_is_filed_later() {
    let log = log(1);
    say(&log, BEGINNING);
    say(&log, "2026-01-10 acme usage.recorded #u-1 lake 100 USD");
    let known = log.end(0).expect("the log works");
    say(&log, "2026-01-11 acme usage.recorded #u-2 lake 50 USD");
    let projection = Projection::in_memory(&log, &TUNING).expect("a store");
    for _ in 0..2 {
        projection.file_until(&log, &[(0, known)], |_| {}).expect("the store works");
        assert_eq!((projection.next_offset(0).expect("the store works"), projection.counts().events), (known, 9));
        check_credit(&projection, "acme:d-a:100");
    }
    projection.file(&log, |_| {}).expect("the store works");
    projection.file_until(&log, &[(0, known)], |_| {}).expect("what is filed stays");
    assert_eq!(projection.counts().events, 10);
    check_credit(&projection, "acme:d-a:150");
}
