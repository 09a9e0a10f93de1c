//! Time (T1–T3) and identity (I3).

use super::check;

#[test]
fn t1_known_at_takes_the_events_recorded_by_then_and_no_others() {
    check(
        "
        2026-01-01            acme deal.opened d-1
        2026-01-02@2026-03-01 acme deal.role_assigned d-1 p-1 msp
        ",
        "
        team d-1 2026-01-02                              = p-1:msp
        team d-1 2026-01-01                              = nothing
        team d-1 2026-01-02 @2026-03-01T12:00:00Z        = p-1:msp
        team d-1 2026-01-02 @2026-03-01T11:59:59.999999Z = nothing
        ",
    );
}

#[test]
fn t2_the_book_is_the_latest_that_is_known_and_else_the_default() {
    check(
        "
        2026-02-01            book book.configured currency=EUR zone=Europe/Berlin rounding=halfUp fx=periodEnd
        2026-01-01@2026-03-01 book book.configured currency=JPY zone=Asia/Tokyo
        ",
        "
        book @2026-01-31              = USD UTC HalfEven ServiceDay
        book                          = EUR Europe/Berlin HalfUp PeriodEnd
        day 2026-02-28T23:30:00Z      = 2026-03-01
        day 2026-02-28T23:30:00Z @2026-01-31 = 2026-02-28
        ",
    );
}

#[test]
fn t2_the_day_of_an_event_is_the_books() {
    check(
        "
        2026-01-01           book book.configured zone=America/New_York
        2026-01-01           acme deal.opened d-1
        2026-02-01T03:00:00Z acme deal.role_assigned d-1 p-1 msp
        ",
        "
        team d-1 2026-01-30 = nothing
        team d-1 2026-01-31 = p-1:msp
        ",
    );
}

#[test]
fn t3_the_latest_is_by_time_then_recorded_then_source_then_id_in_bytes() {
    for (earlier, later) in [
        ("2026-01-01@2026-05-01 #z:z", "2026-01-02@2026-01-02 #a:a"),
        ("2026-01-01@2026-01-02 #z:z", "2026-01-01@2026-01-03 #a:a"),
        ("2026-01-01 #a:z", "2026-01-01 #b:a"),
        ("2026-01-01 #Z:a", "2026-01-01 #a:a"),
        ("2026-01-01 #a:10", "2026-01-01 #a:9"),
        ("2026-01-01 #a:a", "2026-01-01 #a:ä"),
    ] {
        let line = |which: &str, markets: &str| {
            let (when, identity) = which.split_once(' ').expect("a time and an identity");
            format!("{when} x/1 alias.linked {identity} {markets}\n")
        };
        let (first, last) = (line(earlier, "first"), line(later, "last"));
        check(&format!("{first}{last}"), "resolves x/1 = last");
        check(&format!("{last}{first}"), "resolves x/1 = last");
    }
}

#[test]
fn i3_an_alias_names_an_account_whatever_the_effective_time_of_the_link() {
    check(
        "
        2026-01-01            x/1 deal.opened d-1
        2026-06-01@2026-02-01 x/1 alias.linked acme
        2026-07-01@2026-03-01 x/1 alias.linked bolt
        2026-08-01@2026-04-01 x/1 alias.unlinked
        2026-01-01@2026-05-01 x/1 alias.linked cord
        ",
        "
        resolves x/1 @2026-01-31 = none
        resolves x/1 @2026-02-01 = acme
        deals acme   @2026-02-01 = d-1
        resolves x/1 @2026-03-01 = bolt
        deals bolt   @2026-03-01 = d-1
        resolves x/1 @2026-04-01 = none
        resolves x/1             = none
        resolves x/2             = none
        resolves acme            = acme
        resolves partner/p-1     = none
        ",
    );
}
