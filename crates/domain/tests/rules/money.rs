//! Minor units of currencies with none, two and three decimals (M5).

use super::check;

#[test]
fn m5_commission_is_rounded_to_the_minor_unit_of_the_books_currency() {
    for (currency, rounding, expected) in [
        ("JPY", "halfEven", "2"),
        ("JPY", "halfUp", "3"),
        ("USD", "halfEven", "2.5"),
        ("KWD", "halfEven", "2.5"),
        ("KWD", "halfUp", "2.501"),
    ] {
        let amount = if currency == "KWD" { "25.005" } else { "25" };
        let said = format!(
            "
            2026-01-01 book book.configured currency={currency} rounding={rounding}
            2026-01-01 book policy cloud model=fixed(p-1:1)
            2026-01-01 book plan flat consumption bands=0:0.1
            2026-01-01 partner/p-1 partner.enrolled
            2026-01-01 acme deal.opened d-1 lines=lake:consumption
            2026-01-01 acme deal.won    d-1 2026-01-01..
            2026-01-15 acme usage.recorded lake {amount} {currency}
            "
        );
        check(&said, &format!("commission flat p-1 2026-01 = d-1:{expected}"));
    }
}
