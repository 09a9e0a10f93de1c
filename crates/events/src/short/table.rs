//! Which messages are read the short way: the fields of each, and what must hold of them together. The contract's own table is
//! `proto/tributary/v1`, which a test below compares with this one.

use super::value::Kind;
use crate::wire::{EventType, TYPES};

/// The most fields that a message here has.
pub(super) const FIELDS_MAX: usize = 7;

/// The values of a message's fields, in the order of their numbers; of a list, the last.
pub(super) type Values<'a> = [Option<&'a [u8]>; FIELDS_MAX];

/// A message whose fields are all texts, or lists of texts or of such messages.
pub(super) struct Message {
    pub(super) name: &'static str,
    /// Numbered from one, without a gap.
    pub(super) fields: &'static [Field],
    /// The rules that fields have together.
    pub(super) holds: fn(&Values<'_>) -> bool,
}

pub(super) struct Field {
    /// As it is called in JSON.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) given: Given,
}

/// How often a field stands in its message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    Once,
    AtMostOnce,
    Often,
}

/// The type of an event, and the message of its data if it is read here.
pub(super) fn of_type(event_type: &str) -> Option<(&'static EventType, &'static Message)> {
    let known = TYPES.iter().find(|known| known.name == event_type)?;
    Some((known, MESSAGES.iter().find(|message| message.name == known.message)?))
}

const MESSAGES: &[Message] = &[
    Message {
        name: "UsageRecorded",
        fields: &[
            once("product", Kind::Id),
            maybe("vendor", Kind::Id),
            maybe("deal", Kind::Id),
            maybe("quantity", Kind::Amount),
            maybe("unit", Kind::Text),
            once("amount", Kind::Amount),
            once("currency", Kind::Currency),
        ],
        holds: always,
    },
    Message { name: "AccountOpened", fields: &[maybe("name", Kind::Text), often("markets", Kind::Id)], holds: always },
    Message { name: "AliasLinked", fields: &[once("account", Kind::Id)], holds: always },
    Message {
        name: "DealOpened",
        fields: &[DEAL, maybe("lead", Kind::Id), maybe("registration", Kind::Id), LINES],
        holds: always,
    },
    Message { name: "DealStaged", fields: &[DEAL, once("stage", Kind::Id)], holds: always },
    Message { name: "DealRoleAssigned", fields: ROLE, holds: always },
    Message { name: "DealRoleRemoved", fields: ROLE, holds: always },
    Message { name: "DealWon", fields: TERM, holds: ends_after_it_starts },
    Message { name: "DealRenewed", fields: TERM, holds: ends_after_it_starts },
    Message {
        name: "RegistrationSubmitted",
        fields: &[
            once("registration", Kind::Id),
            once("partner", Kind::Id),
            often("products", Kind::Id),
            often("evidence", Kind::Text),
        ],
        holds: always,
    },
];

const DEAL: Field = once("deal", Kind::Id);
const LINES: Field = often("lines", Kind::Message(&LINE));
const ROLE: &[Field] = &[DEAL, once("partner", Kind::Id), once("role", Kind::Id)];
const TERM: &[Field] = &[DEAL, once("termStart", Kind::Date), maybe("termEnd", Kind::Date), LINES];

static LINE: Message = Message {
    name: "Line",
    fields: &[
        once("line", Kind::Id),
        once("product", Kind::Id),
        maybe("vendor", Kind::Id),
        once("kind", Kind::Text),
        maybe("amount", Kind::Amount),
        maybe("currency", Kind::Currency),
    ],
    holds: is_paid_as_its_kind_is,
};

const fn once(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, given: Given::Once }
}

const fn maybe(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, given: Given::AtMostOnce }
}

const fn often(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, given: Given::Often }
}

fn always(_: &Values<'_>) -> bool {
    true
}

fn ends_after_it_starts([_, start, end, ..]: &Values<'_>) -> bool {
    // Dates of four digits for the year are ordered as their texts are.
    end.is_none() || start <= end
}

fn is_paid_as_its_kind_is([_, _, _, kind, amount, currency, _]: &Values<'_>) -> bool {
    match kind {
        Some(b"consumption") => amount.is_none() && currency.is_none(),
        Some(b"recurring" | b"license") => amount.is_some() && currency.is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use prost_types::field_descriptor_proto::{Label, Type};
    use prost_types::{DescriptorProto, FileDescriptorSet};

    use super::*;

    #[test]
    fn the_tables_have_the_fields_of_their_messages() {
        let files = FileDescriptorSet::decode(crate::proto::DESCRIPTORS).expect("descriptors");
        let all: Vec<&DescriptorProto> = files.file.iter().flat_map(|file| &file.message_type).collect();
        for message in MESSAGES.iter().chain([&LINE]) {
            let described = all.iter().find(|one| one.name() == message.name).expect(message.name);
            assert_eq!(described.field.len(), message.fields.len(), "{}", message.name);
            assert!(message.fields.len() <= FIELDS_MAX);
            for ((number, field), described) in (1..).zip(message.fields).zip(&described.field) {
                let is_message = matches!(field.kind, Kind::Message(_));
                let kind = if is_message { Type::Message } else { Type::String };
                let found = (described.number(), described.json_name(), described.r#type());
                assert_eq!(found, (number, field.name, kind), "{}", message.name);
                let given = match described.label() {
                    Label::Repeated => Given::Often,
                    _ if described.proto3_optional() => Given::AtMostOnce,
                    _ => Given::Once,
                };
                assert!(given == field.given, "{}.{}", message.name, field.name);
            }
        }
    }
}
