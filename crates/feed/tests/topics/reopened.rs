//! A close that does not stand any more, because one before it was learned: whoever said what was closed by it takes it back.

use tributary_domain::testing::drafts;
use tributary_events::feed::Topic;

use crate::book::{Book, PARTITIONS};

const CLOSED: &str = "
    2026-01-05 partner/p-1 partner.enrolled kinds=msp
    2026-01-05 partner/p-2 partner.enrolled kinds=msp
    2026-01-05 partner/p-3 partner.enrolled kinds=msp
    2026-01-06 partner/p-1 payout.issued pay-1 100 USD
    2026-01-06 partner/p-2 payout.issued pay-2 100 USD
    2026-01-06 partner/p-3 payout.issued pay-3 100 USD
    2026-02-04 book period.closed 2026-01 2026-02-03
";
/// January does not follow November: its close is none.
const BEFORE: &str = "2026-02-03 book period.closed #before 2025-11 2026-02-02";

#[test]
fn a_close_that_stands_no_more_is_taken_back_by_those_who_do_not_publish_the_digests_too() {
    let book = Book::empty();
    let of_each_shard: Vec<_> = (0..PARTITIONS).map(|shard| book.publisher(Some([shard].into()))).collect();
    let publish = || {
        for one in &of_each_shard {
            one.publish_account_stage(book.ledger(), book.now()).expect("the topics work");
        }
        for one in &of_each_shard {
            one.publish_partner_stage(book.ledger(), book.now()).expect("the topics work");
        }
    };
    book.import(&drafts(CLOSED));
    publish();
    assert_eq!(book.last(Topic::Statements).len(), 3);
    assert_eq!(book.told(), book.answers());

    book.import(&drafts(BEFORE));
    publish();
    let january = |key: &&String| key.ends_with("2026-01");
    assert_eq!(book.last(Topic::Statements).keys().find(january), None);
    assert_eq!(book.told(), book.answers());

    let said = book.everything();
    publish();
    assert_eq!(book.everything(), said, "once is enough");
}
