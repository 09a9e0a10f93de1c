//! Reference events ⇄ `reference.proto`.

use tributary_domain::event::{AccountOpened, Body, BookConfigured, PartnerEnrolled, RatePublished};
use tributary_domain::id::{AccountId, Market, Tier, Track};

use super::field::{self, At};
use super::problems::Problems;
use super::{texts, word};
use crate::{Refusal, proto};

pub(super) fn book_configured(message: &proto::BookConfigured) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::BookConfigured(BookConfigured {
        currency: field::currency(&message.currency, at.name("currency"))?,
        time_zone: field::zone(&message.time_zone, at.name("timeZone"))?,
        rounding: field::optional_word(word::ROUNDING, &message.rounding, at.name("rounding"))?,
        fx: field::optional_word(word::FX, &message.fx, at.name("fx"))?,
    }))
}

impl From<&BookConfigured> for proto::BookConfigured {
    fn from(said: &BookConfigured) -> Self {
        Self {
            currency: said.currency.to_string(),
            time_zone: said.time_zone.name().to_owned(),
            rounding: word::ROUNDING.print_unless_default(said.rounding),
            fx: word::FX.print_unless_default(said.fx),
        }
    }
}

pub(super) fn partner_enrolled(message: &proto::PartnerEnrolled) -> Result<Body, Refusal> {
    let mut problems = Problems::default();
    let read = partner(message, At::DATA, &mut problems);
    problems.first(read).map(Body::PartnerEnrolled)
}

/// The state of a partner, wherever it stands.
pub(crate) fn partner(
    message: &proto::PartnerEnrolled,
    at: At<'_>,
    problems: &mut Problems,
) -> Option<PartnerEnrolled> {
    let given = problems.take(field::some(&message.kinds, at.name("kinds")));
    let kinds = given.and_then(|given| problems.words(word::PARTNER_KIND, given, at.name("kinds")));
    let track = problems.take(field::optional_id(Track::new, &message.track, at.name("track")));
    let tier = problems.take(field::optional_id(Tier::new, &message.tier, at.name("tier")));
    let markets = problems.ids(Market::new, &message.markets, at.name("markets"));
    Some(PartnerEnrolled { name: message.name.clone(), kinds: kinds?, track: track?, tier: tier?, markets: markets? })
}

impl From<&PartnerEnrolled> for proto::PartnerEnrolled {
    fn from(said: &PartnerEnrolled) -> Self {
        Self {
            name: said.name.clone(),
            kinds: word::PARTNER_KIND.print_all(&said.kinds),
            track: said.track.as_ref().map(Track::to_string),
            tier: said.tier.as_ref().map(Tier::to_string),
            markets: texts(&said.markets),
        }
    }
}

pub(super) fn account_opened(message: &proto::AccountOpened) -> Result<Body, Refusal> {
    let mut problems = Problems::default();
    let read = account(message, At::DATA, &mut problems);
    problems.first(read).map(Body::AccountOpened)
}

/// The state of an account, wherever it stands.
pub(crate) fn account(message: &proto::AccountOpened, at: At<'_>, problems: &mut Problems) -> Option<AccountOpened> {
    let markets = problems.ids(Market::new, &message.markets, at.name("markets"));
    Some(AccountOpened { name: message.name.clone(), markets: markets? })
}

impl From<&AccountOpened> for proto::AccountOpened {
    fn from(said: &AccountOpened) -> Self {
        Self { name: said.name.clone(), markets: texts(&said.markets) }
    }
}

pub(super) fn alias_linked(message: &proto::AliasLinked) -> Result<Body, Refusal> {
    Ok(Body::AliasLinked { account: field::id(AccountId::new, &message.account, At::DATA.name("account"))? })
}

pub(super) fn alias_unlinked(_: &proto::AliasUnlinked) -> Result<Body, Refusal> {
    Ok(Body::AliasUnlinked)
}

pub(super) fn rate_published(message: &proto::RatePublished) -> Result<Body, Refusal> {
    let at = At::DATA;
    Ok(Body::RatePublished(RatePublished {
        base: field::currency(&message.base, at.name("base"))?,
        quote: field::currency(&message.quote, at.name("quote"))?,
        date: field::date(&message.date, at.name("date"))?,
        rate: field::rate(&message.rate, at.name("rate"))?,
    }))
}

impl From<&RatePublished> for proto::RatePublished {
    fn from(said: &RatePublished) -> Self {
        Self {
            base: said.base.to_string(),
            quote: said.quote.to_string(),
            date: said.date.to_string(),
            rate: said.rate.to_string(),
        }
    }
}
