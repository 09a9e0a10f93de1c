//! The parts that an import, a rebuild and a close spend their time in, each by itself: frames of the log, reading usage, events of files, keys,
//! folding an account, attributing, dividing. `cargo bench -p tributary-benches`.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use tributary_benches::workload::{Size, Workload};
use tributary_domain::account::Account;
use tributary_domain::attribution::{Slice, divide, split};
use tributary_domain::commission::allocate;
use tributary_domain::event::{Body, Draft, Event, Meta};
use tributary_domain::money::CreditAmount;
use tributary_domain::policies::revenue;
use tributary_domain::reference::Reference;
use tributary_domain::testing;
use tributary_events::{Encoded, batch, decode_draft, encode, json, short};
use tributary_log::{Batch, Position, Record, frame};
use tributary_store::key::{KeyReader, KeyWriter};

/// Events of a block.
const BLOCK: usize = 512;
const SIZE: Size = Size { usage: 2_000, accounts: 40, partners: 10, seed: 7 };
const START: Position = Position { partition: 0, offset: 0 };

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for part in [blocks, decoding, taking_in, keys, folding, attributing, dividing] {
        part(&mut criterion);
    }
    criterion.final_summary();
}

/// The first usage events.
fn usage() -> Vec<Draft> {
    let workload = Workload::new(SIZE);
    workload.drafts().filter(|draft| matches!(draft.body, Body::UsageRecorded(_))).take(BLOCK).collect()
}

fn push(batch: &mut Batch, drafts: &[Encoded]) {
    for (offset, encoded) in (0..).zip(drafts) {
        let (position, envelope) = (Position { partition: 0, offset }, encoded.envelope());
        batch.push(&Record { position, recorded_us: envelope.time_us, envelope });
    }
}

fn block() -> Batch {
    let mut batch = Batch::new(START);
    push(&mut batch, &encoded(&usage()));
    batch
}

fn encoded(drafts: &[Draft]) -> Vec<Encoded> {
    drafts.iter().map(Encoded::of).collect()
}

fn blocks(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("block of the log");
    group.throughput(Throughput::Elements(BLOCK as u64));
    let (drafts, block) = (usage(), block());
    let encoded = encoded(&drafts);
    group.bench_function("encode messages", |bencher| {
        bencher.iter(|| drafts.iter().map(|draft| tributary_events::encode(&draft.body).len()).sum::<usize>());
    });
    group.bench_function("encode frames", |bencher| {
        bencher.iter(|| {
            let mut batch = Batch::new(START);
            push(&mut batch, &encoded);
            batch
        });
    });
    group.bench_function("visit", |bencher| {
        bencher.iter(|| block.iter().map(|record| black_box(record.expect("a record")).recorded_us).max());
    });
    group.bench_function("split frames only", |bencher| {
        bencher.iter(|| {
            let (mut rest, mut offsets) = (block.bytes(), 0);
            while !rest.is_empty() {
                let (offset, _, after) = frame::split(rest).expect("a frame");
                (rest, offsets) = (after, offsets ^ offset);
            }
            offsets
        });
    });
    group.finish();
}

fn decoding(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("reading usage");
    group.throughput(Throughput::Elements(BLOCK as u64));
    let block = block();
    let records: Vec<Record<'_>> = block.iter().map(|record| record.expect("a record")).collect();
    group.bench_function("the long way, as an event", |bencher| {
        bencher.iter(|| records.iter().filter(|record| tributary_events::decode(record).is_ok()).count());
    });
    group.bench_function("the short way, borrowed", |bencher| {
        bencher.iter(|| records.iter().filter_map(tributary_events::usage::read).count());
    });
    let lines: Vec<String> = usage().iter().map(tributary_events::json::write_draft).collect();
    group.bench_function("as a line of JSON", |bencher| {
        bencher.iter(|| lines.iter().filter(|line| tributary_events::json::read(line.as_bytes()).is_ok()).count());
    });
    group.finish();
}

/// Events of files into the form of the log.
fn taking_in(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("an event of a file into the log's form");
    group.throughput(Throughput::Elements(BLOCK as u64));
    let drafts = usage();
    let lines: Vec<String> = drafts.iter().map(json::write_draft).collect();
    let messages: Vec<Vec<u8>> = drafts.iter().map(message).collect();
    let mut data = Vec::new();
    assert!(short::line(lines[0].as_bytes(), &mut data).is_some(), "nothing would be measured");
    assert!(short::message(&messages[0], &mut data).is_some(), "nothing would be measured");
    group.bench_function("a line, the long way", |bencher| {
        let read = |line: &String| json::read(line.as_bytes()).map(|draft| encode(&draft.body).len()).ok();
        bencher.iter(|| lines.iter().filter_map(read).sum::<usize>());
    });
    group.bench_function("a line, the short way", |bencher| {
        bencher.iter(|| {
            data.clear();
            lines.iter().filter(|line| short::line(line.as_bytes(), &mut data).is_some()).count()
        });
    });
    group.bench_function("a message, the long way", |bencher| {
        let read = |message: &Vec<u8>| {
            let (envelope, _) = batch::read(message).ok()?;
            Some(encode(&decode_draft(&envelope).ok()?.body).len())
        };
        bencher.iter(|| messages.iter().filter_map(read).sum::<usize>());
    });
    group.bench_function("a message, the short way", |bencher| {
        bencher.iter(|| {
            data.clear();
            messages.iter().filter(|message| short::message(message, &mut data).is_some()).count()
        });
    });
    group.finish();
}

/// A draft as an event of a batch, without the length before it.
fn message(draft: &Draft) -> Vec<u8> {
    let (encoded, mut bytes) = (Encoded::of(draft), Vec::new());
    let envelope = encoded.envelope();
    batch::write(&Record { position: START, recorded_us: envelope.time_us, envelope }, &mut bytes);
    let (_, event) = tributary_log::varint::read(&bytes[1..]).expect("a length");
    event.to_vec()
}

fn keys(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("keys");
    let block = block();
    let records: Vec<Record<'_>> = block.iter().map(|record| record.expect("a record")).collect();
    group.throughput(Throughput::Elements(BLOCK as u64));
    group.bench_function("hash identity", |bencher| {
        bencher.iter(|| records.iter().map(|record| record.envelope.identity_key().0[0]).max());
    });
    group.bench_function("hash content", |bencher| {
        bencher.iter(|| records.iter().map(|record| record.envelope.content_hash().0[0]).max());
    });
    let key = || KeyWriter::new(0x20).text(black_box("account/acct-012345")).u16(24_312).u64(1 << 30).finish();
    group.throughput(Throughput::Elements(1));
    group.bench_function("write one of a subject, month and position", |bencher| bencher.iter(key));
    let written = key();
    group.bench_function("read it", |bencher| {
        bencher.iter(|| {
            let mut reader = KeyReader::new(black_box(&written), 0x20).expect("a key");
            (reader.text().expect("a subject").len(), reader.u16(), reader.u64())
        });
    });
    group.finish();
}

fn event(draft: Draft) -> Event {
    let recorded = draft.recorded.unwrap_or(draft.time);
    Event {
        meta: Meta { time: draft.time, recorded, identity: draft.identity },
        subject: draft.subject,
        body: draft.body,
    }
}

/// The program, and of account 3, which is registered, what is not usage.
fn program() -> (Reference, Vec<Event>) {
    let workload = Workload::new(Size { usage: 0, ..SIZE });
    let events: Vec<Event> = workload.drafts().map(event).collect();
    let reference = Reference::known(&events);
    let subject = format!("account/{}", workload.account(3));
    (reference, events.into_iter().filter(|event| event.subject.to_string() == subject).collect())
}

fn folded(reference: &Reference, events: &[Event]) -> Account {
    let id = match &events[0].subject {
        tributary_domain::event::Subject::Account(id) => id.clone(),
        other => panic!("`{other}` is no account"),
    };
    Account::fold(id, events, &BTreeSet::new(), &reference.book)
}

fn folding(criterion: &mut Criterion) {
    let (reference, events) = program();
    criterion.bench_function("fold an account", |bencher| bencher.iter(|| folded(&reference, &events)));
}

fn attributing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("attribution of a slice");
    let (reference, events) = program();
    let account = folded(&reference, &events);
    let attribute = |account: &Account, reference: &Reference| {
        let deal = account.deals.values().next().expect("a deal");
        let day = testing::day("2026-02-15");
        let line = &deal.lines_on(day)[0];
        let slice = Slice { account, deal, day, product: Some(&line.product), vendor: line.vendor.as_ref() };
        split(&slice, &revenue(), reference)
    };
    assert!(!attribute(&account, &reference).shares.is_empty(), "nothing would be measured");
    group.bench_function("registered, then by role", |bencher| bencher.iter(|| attribute(&account, &reference)));
    for touches in [4_u32, 64] {
        let events = touched(touches);
        let reference = Reference::known(&events);
        let of_account: Vec<Event> = events.into_iter().skip(9).collect();
        let account = folded(&reference, &of_account);
        assert_eq!(attribute(&account, &reference).shares.len(), 4, "every partner has touched it");
        group.bench_function(BenchmarkId::new("by touches, decaying", touches), |bencher| {
            bencher.iter(|| attribute(&account, &reference));
        });
    }
    group.finish();
}

/// Eight partners and a policy, then an account that four of them have touched so often.
fn touched(touches: u32) -> Vec<Event> {
    let mut said = String::from("2026-01-01 book policy #q cloud model=touch(decay:30,180)\n");
    for partner in 0..8 {
        writeln!(said, "2026-01-01 partner/p-{partner} partner.enrolled kinds=si").expect("a string");
    }
    writeln!(said, "2026-01-02 acme deal.opened d-1 lines=lake@v:consumption").expect("a string");
    for touch in 0..touches {
        let (day, partner) = (touch % 28 + 1, touch % 4);
        writeln!(said, "2026-01-{day:02} acme touch.recorded p-{partner} demo").expect("a string");
    }
    testing::events(&said)
}

fn dividing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("largest remainder");
    for deals in [4_i128, 100, 1000] {
        let bases: Vec<(i128, CreditAmount)> =
            (0..deals).map(|deal| (deal, CreditAmount::from_units((deal * 7919 + 13) * 10_i128.pow(18)))).collect();
        group.throughput(Throughput::Elements(deals as u64));
        group.bench_function(BenchmarkId::new("allocate cents to deals", deals), |bencher| {
            bencher.iter(|| allocate(black_box(1_234_567), &bases));
        });
    }
    group.throughput(Throughput::Elements(5));
    group.bench_function("divide a share among five", |bencher| {
        bencher.iter(|| divide(1_000_000_000, (0..5_u64).map(|key| (key, key + 1)).collect()));
    });
    group.finish();
}
