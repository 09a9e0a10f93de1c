//! What events say in plain words, a line for each type.

use tributary_domain::testing::events;
use tributary_events::said;

const SAID: &str = "
2026-01-01 book book.configured currency=EUR zone=Europe/Berlin            = the book is kept in EUR, Europe/Berlin
2026-01-01 partner/p-1 partner.enrolled kinds=msp,si tier=gold             = enrolled as msp, si, tier `gold`
2026-01-01 acme account.opened markets=north,south                         = the account is open, in `north`, `south`
2026-01-01 x/1 alias.linked acme                                           = linked to account `acme`
2026-01-01 x/1 alias.unlinked                                              = linked to no account any more
2026-01-01 book policy half model=roleSplit(msp:0.5)                       = attribution policy `half` from 2020-01-01: pool `revenue` by a role split
2026-01-01 book plan tenth recurring bands=0:0.1                           = commission plan `tenth` from 2020-01-01: pays for recurring
2026-01-01 book rate.published EUR USD 2026-01-01 1.1                      = 1 EUR is 1.1 USD on 2026-01-01
2026-01-01 acme lead.captured l-1 coSell partner=p-1                       = lead `l-1` captured, coSell, brought by `p-1`
2026-01-01 acme lead.offered l-1 p-1,p-2                                   = lead `l-1` offered to `p-1`, `p-2`
2026-01-01 acme lead.claimed l-1 p-2                                       = lead `l-1` claimed by `p-2`
2026-01-01 acme lead.assigned l-1 p-2                                      = lead `l-1` assigned to `p-2`
2026-01-01 acme lead.closed l-1                                            = lead `l-1` is closed
2026-01-01 acme touch.recorded p-1 demo deal=d-1                           = touched by `p-1`: demo for deal `d-1`
2026-01-01 acme registration.submitted r-1 p-1 products=lake               = registration `r-1` submitted by `p-1`, for `lake`
2026-01-01 acme registration.approved r-1 2026-06-30                       = registration `r-1` approved, exclusive until 2026-06-30
2026-01-01 acme registration.extended r-1 2026-07-31                       = registration `r-1` extended until 2026-07-31
2026-01-01 acme registration.rejected r-1                                  = registration `r-1` rejected
2026-01-01 acme registration.withdrawn r-1                                 = registration `r-1` withdrawn
2026-01-01 acme registration.adjudicated r-1,r-2 r-2                       = registrations `r-1`, `r-2` adjudicated: `r-2` prevails
2026-01-01 acme deal.opened d-1 lead=l-1 lines=lake:consumption            = deal `d-1` opened, from lead `l-1`: `lake`
2026-01-01 acme deal.staged d-1 proposal                                   = deal `d-1` is at stage `proposal`
2026-01-01 acme deal.role_assigned d-1 p-1 msp                             = `p-1` is `msp` on deal `d-1`
2026-01-01 acme deal.role_removed d-1 p-1 msp                              = `p-1` is no longer `msp` on deal `d-1`
2026-01-01 acme deal.won d-1 2026-01-02.. lines=seats:recurring:9:EUR      = deal `d-1` won, from 2026-01-02 on: `seats` at 9 EUR a month
2026-01-01 acme deal.renewed d-1 2026-01-02..2026-12-31                    = deal `d-1` renewed, from 2026-01-02 to 2026-12-31
2026-01-01 acme deal.changed d-1 lines=vault:license:70:EUR                = deal `d-1` changed: `vault` for 70 EUR
2026-01-01 acme deal.churned d-1                                           = deal `d-1` churned
2026-01-01 acme deal.lost d-1                                              = deal `d-1` lost
2026-01-01 acme offer.accepted d-1 agr-1                                   = agreement `agr-1` of `aws` is for deal `d-1`
2026-01-01 acme usage.recorded lake 12.5 USD                               = `lake` used for 12.5 USD
2026-01-01 acme usage.corrected u-1 0                                      = usage `test u-1` restated as 0
2026-01-01 acme disbursement.reported x-1 90 EUR 2026-01-03 fee=10         = disbursement `x-1` of `aws`: 90 EUR net on 2026-01-03
2026-01-01 partner/p-1 payout.issued pay-1 10 EUR                          = payout `pay-1` of 10 EUR
2026-01-01 partner/p-1 payout.returned pay-1                               = payout `pay-1` came back
2026-01-01 partner/p-1 hold.placed h-1                                     = hold `h-1` on everything
2026-01-01 partner/p-1 hold.released h-1                                   = hold `h-1` released
2026-01-01 book period.closed 2025-12 2026-01-02T00:00:00Z                 = period 2025-12 closed at cutoff 2026-01-02T00:00:00Z
2026-01-01 book period.attested 2025-12 abcd                               = period 2025-12 attested
";

#[test]
fn every_type_of_event_is_said_in_plain_words() {
    for line in SAID.lines().filter(|line| !line.is_empty()) {
        let (event, expected) = line.rsplit_once(" = ").expect("an event, `=` and what it says");
        assert_eq!(said(&events(event)[0].body), expected.trim(), "{event}");
    }
    assert_eq!(SAID.lines().filter(|line| !line.is_empty()).count(), 39, "one line for each type, two for policies");
}
