//! The index of identities: whatever it has settled, filtered or still to read, it says what the records say (I1).

use tributary_log::ContentHash;

use super::*;

fn event<'a>(id: &'a str, data: &'a [u8]) -> Entry<'a> {
    let envelope = Envelope { id, source: "s", event_type: "t", subject: "book", time_us: 0, data };
    Entry { envelope, recorded_us: None }
}

/// What is known of ids: the offset of the record, and whether it says `data`.
fn known(log: &EmbeddedLog, ids: &[String], data: &[u8]) -> Vec<Option<(u64, bool)>> {
    let keys: Vec<_> = ids.iter().map(|id| event(id, data).envelope.identity_key()).collect();
    let content = |id: &String| -> ContentHash { event(id, data).envelope.content_hash() };
    let found = log.known(&keys).expect("look up").into_iter().zip(ids);
    found.map(|(known, id)| known.map(|known| (known.position.offset, known.content == content(id)))).collect()
}

fn ids(range: std::ops::Range<u64>) -> Vec<String> {
    range.map(|number| format!("id-{number}")).collect()
}

#[test]
fn i1_every_identity_is_known_where_it_was_recorded_first_whether_settled_or_not() {
    let dir = directory();
    for round in 0..4 {
        let log = open(&dir);
        // In the second round the index learns what was appended from the log, in the others as it is appended.
        if round != 1 {
            assert_eq!(known(&log, &ids(round * 1_030..round * 1_030 + 2), b"x"), [None, None]);
        }
        let appended = ids(round * 1_030..(round + 1) * 1_030);
        for some in appended.chunks(70) {
            let entries: Vec<_> = some.iter().map(|id| event(id, b"x")).collect();
            log.append(PARTITION, &entries).expect("append");
        }
        let mut asked = ids(0..(round + 1) * 1_030);
        let expected: Vec<_> = (0..asked.len() as u64).map(|offset| Some((offset, true))).collect();
        assert_eq!(known(&log, &asked, b"x"), expected);
        asked.reverse();
        assert!(known(&log, &asked, b"x").into_iter().rev().eq(expected));
        assert_eq!(known(&log, &ids(9_000..9_900), b"x"), vec![None; 900]);
    }
}

#[test]
fn i1_a_repetition_with_other_content_is_never_taken_for_what_stands() {
    let dir = directory();
    let log = open(&dir);
    let all = ids(0..250);
    for data in [b"x", b"y"] {
        let entries: Vec<_> = all.iter().map(|id| event(id, data)).collect();
        log.append(PARTITION, &entries).expect("append");
        assert_eq!(known(&log, &all[200..201], b"x"), [Some((200, true))]);
        assert_eq!(known(&log, &all[200..201], b"y"), [Some((200, false))]);
    }
    drop(log);
    assert_eq!(known(&open(&dir), &all[7..8], b"y"), [Some((7, false))]);
}

#[test]
fn i1_identities_of_one_fingerprint_are_told_apart() {
    let [one, other] = ["id-411151", "id-994225"].map(str::to_owned);
    let fingerprint = |id: &String| Fingerprint::of(event(id, b"").envelope.identity_key());
    assert_eq!(fingerprint(&one), fingerprint(&other), "else this shows nothing");
    let dir = directory();
    let log = open(&dir);
    log.append(PARTITION, &[event(&one, b"x")]).expect("append");
    append(&log, 300);
    assert_eq!(known(&log, &[one.clone(), other.clone()], b"x"), [Some((0, true)), None]);
    log.append(PARTITION, &[event(&other, b"x")]).expect("append");
    append(&log, 300);
    assert_eq!(known(&log, &[other, one], b"x"), [Some((301, true)), Some((0, true))]);
}

#[test]
fn a_log_with_a_row_for_each_identity_is_brought_to_buckets_when_it_is_opened() {
    let dir = directory();
    append(&EmbeddedLog::open(dir.path(), system_clock()).expect("open"), 300);
    overwrite(&dir, &meta::format_key(), &1u32.to_be_bytes());
    overwrite(&dir, &[&[bucket::TAG_OF_IDENTITIES][..], &[9; 16]].concat(), &[9; 18]);
    overwrite(&dir, &seal::key(at(0)), b"of no such format");
    let refused = EmbeddedLog::open_read_only(dir.path(), &Tuning::log());
    assert!(matches!(refused, Err(LogError::Format { found: 1, supported: 2, .. })), "{refused:?}");
    for _ in 0..2 {
        let log = open(&dir);
        for offset in [0, 299] {
            let (identity, expected) = record(&log, offset);
            assert_eq!(log.known(&[identity]).expect("look up"), [Some(expected)]);
        }
        assert!(log.db.prefix(&[bucket::TAG_OF_IDENTITIES]).next().is_none());
    }
    assert_eq!(open_read_only_findings(&dir), [""; 0]);
}

#[test]
fn an_index_says_nothing_of_a_damaged_record_but_that_it_is_damaged() {
    let dir = directory();
    append(&open(&dir), 300);
    append(&open(&dir), 300);
    let identity = record(&open(&dir), 3).0;
    let (key, whole) = blocks(&dir).swap_remove(0);
    overwrite(&dir, &key, &whole[..whole.len() - 1]);
    let log = EmbeddedLog::open(dir.path(), system_clock()).expect("open");
    assert!(matches!(log.known(&[identity]), Err(LogError::Damaged { .. })));
}
