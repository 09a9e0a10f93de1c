//! What an event says, from the words of a line.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::{Words, day, identity, instant, period, policy, read, read_id, read_ids, word};
use crate::event::*;
use crate::id::{
    AccountId, AgreementId, ChargeId, DealId, DisbursementId, HoldId, LeadId, LineId, Market, Marketplace, OfferId,
    PartnerId, PayoutId, Product, RegistrationId, Role, Stage, System, Tier, Track, Vendor,
};
use crate::money::{Amount, Money, Rate, Rounding};
use crate::policy::Policy;
use crate::time::parse_zone;

pub(super) fn body(event_type: &str, words: &mut Words<'_>) -> Body {
    match event_type.split_once('.') {
        None => policies(event_type, words),
        Some(("book" | "partner" | "account" | "alias" | "rate", _)) => reference(event_type, words),
        Some(("lead" | "touch", _)) => lead(event_type, words),
        Some(("registration", _)) => registration(event_type, words),
        Some(("deal" | "offer", _)) => deal(event_type, words),
        Some(_) => money_moved(event_type, words),
    }
}

fn policies(event_type: &str, words: &mut Words<'_>) -> Body {
    Body::PolicyPublished(Box::new(match event_type {
        "policy" => Policy::Attribution(policy::attribution(words)),
        "plan" => Policy::Commission(policy::plan(words)),
        "authority" => Policy::Authority(policy::authority(words)),
        other => panic!("no event `{other}`"),
    }))
}

fn reference(event_type: &str, words: &mut Words<'_>) -> Body {
    match event_type {
        "book.configured" => Body::BookConfigured(BookConfigured {
            currency: read(words.named("currency").unwrap_or("USD")),
            time_zone: words.named("zone").map_or(Tz::UTC, |zone| parse_zone(zone).expect("a zone")),
            rounding: word(
                &[("halfEven", Rounding::HalfEven), ("halfUp", Rounding::HalfUp)],
                words.named("rounding").unwrap_or("halfEven"),
            ),
            fx: word(
                &[("serviceDay", FxConvention::ServiceDay), ("periodEnd", FxConvention::PeriodEnd)],
                words.named("fx").unwrap_or("serviceDay"),
            ),
        }),
        "partner.enrolled" => {
            let kinds = PartnerKind::ALL.map(|kind| (kind.as_str(), kind));
            let named = words.named("kinds").map_or_else(Vec::new, |text| text.split(',').collect());
            Body::PartnerEnrolled(PartnerEnrolled {
                name: None,
                kinds: named.into_iter().map(|kind| word(&kinds, kind)).collect(),
                track: words.named("track").map(|text| read_id(Track::new, text)),
                tier: words.named("tier").map(|text| read_id(Tier::new, text)),
                markets: read_ids(Market::new, words.named("markets")),
            })
        }
        "account.opened" => {
            Body::AccountOpened(AccountOpened { name: None, markets: read_ids(Market::new, words.named("markets")) })
        }
        "alias.linked" => Body::AliasLinked { account: read_id(AccountId::new, words.next()) },
        "alias.unlinked" => Body::AliasUnlinked,
        "rate.published" => Body::RatePublished(RatePublished {
            base: read(words.next()),
            quote: read(words.next()),
            date: day(words.next()),
            rate: Rate::from_units(read::<Amount>(words.next()).units()).expect("a positive rate"),
        }),
        other => panic!("no event `{other}`"),
    }
}

fn lead(event_type: &str, words: &mut Words<'_>) -> Body {
    if event_type == "touch.recorded" {
        return Body::TouchRecorded(Touch {
            partner: read_id(PartnerId::new, words.next()),
            kind: policy::touch_kind(words.next()),
            deal: words.named("deal").map(|text| read_id(DealId::new, text)),
            lead: words.named("lead").map(|text| read_id(LeadId::new, text)),
            note: None,
        });
    }
    let lead = read_id(LeadId::new, words.next());
    match event_type {
        "lead.captured" => Body::LeadCaptured(LeadCaptured {
            lead,
            motion: policy::motion(words.next()),
            partner: words.named("partner").map(|text| read_id(PartnerId::new, text)),
            referral: None,
            market: None,
            products: Vec::new(),
        }),
        "lead.offered" => {
            Body::LeadOffered(LeadOffered { lead, partners: read_ids(PartnerId::new, Some(words.next())) })
        }
        "lead.claimed" => Body::LeadClaimed(LeadClaimed { lead, partner: read_id(PartnerId::new, words.next()) }),
        "lead.assigned" => {
            let (partner, basis) = (read_id(PartnerId::new, words.next()), AssignmentBasis::Program);
            Body::LeadAssigned(LeadAssigned { lead, partner, basis })
        }
        "lead.closed" => Body::LeadClosed(LeadClosed { lead, outcome: LeadOutcome::Converted, reason: None }),
        other => panic!("no event `{other}`"),
    }
}

fn registration(event_type: &str, words: &mut Words<'_>) -> Body {
    if event_type == "registration.adjudicated" {
        return Body::RegistrationAdjudicated(RegistrationAdjudicated {
            registrations: read_ids(RegistrationId::new, Some(words.next())),
            winner: read_id(RegistrationId::new, words.next()),
            by: "council".to_owned(),
            reason: "evidence".to_owned(),
        });
    }
    let registration = read_id(RegistrationId::new, words.next());
    match event_type {
        "registration.submitted" => Body::RegistrationSubmitted(RegistrationSubmitted {
            registration,
            partner: read_id(PartnerId::new, words.next()),
            products: read_ids(Product::new, words.named("products")),
            evidence: Vec::new(),
        }),
        "registration.approved" => {
            let exclusive_until = day(words.next());
            Body::RegistrationApproved(RegistrationApproved { registration, exclusive_until, economics: None })
        }
        "registration.extended" => {
            Body::RegistrationExtended(RegistrationExtended { registration, exclusive_until: day(words.next()) })
        }
        "registration.rejected" => Body::RegistrationRejected(RegistrationRefused { registration, reason: None }),
        "registration.withdrawn" => Body::RegistrationWithdrawn(RegistrationRefused { registration, reason: None }),
        other => panic!("no event `{other}`"),
    }
}

fn deal(event_type: &str, words: &mut Words<'_>) -> Body {
    let deal = read_id(DealId::new, words.next());
    let ended = || DealEnded { deal: deal.clone(), reason: None };
    match event_type {
        "deal.opened" => Body::DealOpened(DealOpened {
            deal,
            lead: words.named("lead").map(|text| read_id(LeadId::new, text)),
            registration: words.named("registration").map(|text| read_id(RegistrationId::new, text)),
            lines: lines(words.named("lines")),
        }),
        "deal.staged" => Body::DealStaged(DealStaged { deal, stage: read_id(Stage::new, words.next()) }),
        "deal.role_assigned" => Body::DealRoleAssigned(role(deal, words)),
        "deal.role_removed" => Body::DealRoleRemoved(role(deal, words)),
        "deal.won" => Body::DealWon(term(deal, words)),
        "deal.renewed" => Body::DealRenewed(term(deal, words)),
        "deal.changed" => Body::DealChanged(DealChanged { deal, lines: lines(words.named("lines")) }),
        "deal.observed" => Body::DealObserved(observed(deal, words)),
        "deal.churned" => Body::DealChurned(ended()),
        "deal.lost" => Body::DealLost(ended()),
        "offer.accepted" => {
            let agreement = words.next();
            Body::OfferAccepted(OfferAccepted {
                offer: read_id(OfferId::new, agreement),
                deal,
                marketplace: read_id(Marketplace::new, "aws"),
                agreement: read_id(AgreementId::new, agreement),
            })
        }
        other => panic!("no event `{other}`"),
    }
}

/// `system kind [field=value …] [cleared=field,…]`; amounts are in the `currency`, USD where none is named. `_` is a blank.
fn observed(deal: DealId, words: &mut Words<'_>) -> DealObserved {
    let system = read_id(System::new, words.next());
    let kind = word(&SystemKind::ALL.map(|kind| (kind.as_str(), kind)), words.next());
    let currency = read(words.named("currency").unwrap_or("USD"));
    let mut fields = BTreeMap::new();
    for field in DealField::ALL {
        let Some(text) = words.named(field.as_str()) else { continue };
        let value = match field {
            DealField::Amount | DealField::Paid => Money { amount: read(text), currency }.into(),
            DealField::CloseDate => FieldValue::Date(day(text)),
            _ => FieldValue::Text(text.replace('_', " ")),
        };
        fields.insert(field, Some(value));
    }
    let cleared = words.named("cleared").map_or_else(Vec::new, |text| text.split(',').collect());
    fields.extend(cleared.into_iter().map(|name| (policy::deal_field(name), None)));
    DealObserved { deal, system, kind, fields }
}

fn role(deal: DealId, words: &mut Words<'_>) -> RoleChange {
    RoleChange { deal, partner: read_id(PartnerId::new, words.next()), role: read_id(Role::new, words.next()) }
}

/// `first day..[last day]`.
fn term(deal: DealId, words: &mut Words<'_>) -> TermGiven {
    let (start, end) = words.next().split_once("..").expect("a term `2026-01-01..2026-12-31`");
    let term_end = Some(end).filter(|end| !end.is_empty()).map(day);
    TermGiven { deal, term_start: day(start), term_end, lines: lines(words.named("lines")) }
}

/// `product[@vendor]:consumption`, `product:recurring:100:USD`, `product:license:1200:EUR`.
fn lines(text: Option<&str>) -> Vec<Line> {
    let line = |(number, text): (usize, &str)| {
        let parts: Vec<&str> = text.split(':').collect();
        let (product, vendor) = parts[0].split_once('@').map_or((parts[0], None), |(of, by)| (of, Some(by)));
        let money = || Money { amount: read(parts[2]), currency: read(parts[3]) };
        Line {
            line: read_id(LineId::new, &number.to_string()),
            product: read_id(Product::new, product),
            vendor: vendor.map(|text| read_id(Vendor::new, text)),
            kind: match parts[1] {
                "consumption" => LineKind::Consumption,
                "recurring" => LineKind::Recurring(money()),
                "license" => LineKind::License(money()),
                other => panic!("no kind of line `{other}`"),
            },
        }
    };
    text.map_or_else(Vec::new, |text| (1..).zip(text.split(',')).map(line).collect())
}

fn money_moved(event_type: &str, words: &mut Words<'_>) -> Body {
    match event_type {
        "usage.recorded" => Body::UsageRecorded(UsageRecorded {
            product: read_id(Product::new, words.next()),
            money: money(words),
            vendor: words.named("vendor").map(|text| read_id(Vendor::new, text)),
            deal: words.named("deal").map(|text| read_id(DealId::new, text)),
            quantity: None,
            unit: None,
        }),
        "usage.corrected" => Body::UsageCorrected(UsageCorrected {
            corrects: identity(words.next()),
            amount: read(words.next()),
            quantity: None,
        }),
        "charge.billed" => charge(words),
        "disbursement.reported" => disbursement(words),
        "payout.issued" => {
            Body::PayoutIssued(PayoutIssued { payout: read_id(PayoutId::new, words.next()), money: money(words) })
        }
        "payout.returned" => Body::PayoutReturned(PayoutReturned { payout: read_id(PayoutId::new, words.next()) }),
        "hold.placed" => Body::HoldPlaced(HoldPlaced {
            hold: read_id(HoldId::new, words.next()),
            deal: words.named("deal").map(|text| read_id(DealId::new, text)),
            reason: "dispute".to_owned(),
        }),
        "hold.released" => Body::HoldReleased(HoldReleased { hold: read_id(HoldId::new, words.next()) }),
        "period.closed" => {
            Body::PeriodClosed(PeriodClosed { period: period(words.next()), cutoff: instant(words.next()) })
        }
        "period.attested" => {
            Body::PeriodAttested(PeriodAttested { period: period(words.next()), digest: words.next().to_owned() })
        }
        other => panic!("no event `{other}`"),
    }
}

fn money(words: &mut Words<'_>) -> Money {
    Money { amount: read(words.next()), currency: read(words.next()) }
}

/// `id net currency day`; what the customer paid is the net and the fee.
fn disbursement(words: &mut Words<'_>) -> Body {
    let disbursement = read_id(DisbursementId::new, words.next());
    let Money { amount: net, currency } = money(words);
    let fee = words.named("fee").map_or(Amount::ZERO, read::<Amount>);
    Body::DisbursementReported(DisbursementReported {
        disbursement,
        marketplace: read_id(Marketplace::new, words.named("marketplace").unwrap_or("aws")),
        deal: words.named("deal").map(|text| read_id(DealId::new, text)),
        agreement: words.named("agreement").map(|text| read_id(AgreementId::new, text)),
        product: words.named("product").map(|text| read_id(Product::new, text)),
        gross: net.plus(fee).expect("in range"),
        fee,
        tax: Amount::ZERO,
        refund: Amount::ZERO,
        net,
        currency,
        disbursed_on: day(words.next()),
        charge: words.named("charge").map(|text| read_id(ChargeId::new, text)),
    })
}

/// `id net currency billed on`; what the customer pays is the net and the fee.
fn charge(words: &mut Words<'_>) -> Body {
    let charge = read_id(ChargeId::new, words.next());
    let Money { amount: net, currency } = money(words);
    let fee = words.named("fee").map_or(Amount::ZERO, read::<Amount>);
    Body::ChargeBilled(ChargeBilled {
        charge,
        marketplace: read_id(Marketplace::new, words.named("marketplace").unwrap_or("aws")),
        deal: words.named("deal").map(|text| read_id(DealId::new, text)),
        agreement: words.named("agreement").map(|text| read_id(AgreementId::new, text)),
        product: words.named("product").map(|text| read_id(Product::new, text)),
        parts: Parts { gross: net.plus(fee).expect("in range"), fee, tax: Amount::ZERO, refund: Amount::ZERO, net },
        currency,
        billed_on: day(words.next()),
        due_on: words.named("due").map(day),
        takes_back: words.named("takesBack").map(|text| read_id(ChargeId::new, text)),
    })
}
