//! The shape of a document: by the descriptors of its message, the same that its JSON Schema is generated from.

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto};
use serde_json::{Map, Value};

use super::{Problem, nearest};
use crate::Refusal;
use crate::schema::{Messages, last};
use crate::wire::field::At;

/// What a look at the shape of a document found.
#[derive(Default)]
pub(super) struct Structure {
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
    /// The paths of what was taken out of the document, or emptied where it stands in a list.
    pub(super) aside: Vec<String>,
}

impl Structure {
    /// Takes out of a document what does not fit its message.
    pub(super) fn check(document: &mut Value, message: &str) -> Self {
        let messages = Messages::load();
        let mut walk = Walk { messages: &messages, found: Self::default() };
        walk.message(document, message, At::DOCUMENT);
        walk.found
    }
}

struct Walk<'m> {
    messages: &'m Messages,
    found: Structure,
}

impl Walk<'_> {
    /// Whether a value may stay.
    fn message(&mut self, value: &mut Value, name: &str, at: At<'_>) -> bool {
        let Value::Object(fields) = value else { return self.wrong_type(value, "an object of named fields", at) };
        let message = &self.messages.named(name).message;
        let one_of = |name: &String| field(message, name).is_some_and(is_choice);
        if fields.keys().filter(|name| one_of(name)).count() > 1 {
            let refusal = Refusal::NotOneModel { field: at.path() };
            return self.leave_aside(Problem::of(refusal), at);
        }
        let mut kept = Map::new();
        for (name, mut inner) in std::mem::take(fields) {
            let stays = match field(message, &name) {
                Some(field) => self.field(&mut inner, message, field, at.name(&name)),
                None => {
                    let meant = nearest(&name, message.field.iter().map(FieldDescriptorProto::json_name));
                    // The field that was meant is not missing as well.
                    self.found.aside.extend(meant.as_ref().map(|meant| at.name(meant).path()));
                    let refusal = Refusal::UnknownField { field: at.name(&name).path() };
                    self.leave_aside(Problem { refusal, meant }, at.name(&name))
                }
            };
            if stays {
                kept.insert(name, inner);
            }
        }
        *fields = kept;
        true
    }

    fn field(&mut self, value: &mut Value, holder: &DescriptorProto, field: &FieldDescriptorProto, at: At<'_>) -> bool {
        if field.label() != Label::Repeated {
            return self.single(value, field, at);
        }
        let is_table = |nested: &DescriptorProto| field.type_name().ends_with(&format!(".{}", nested.name()));
        if let Some(entry) = holder.nested_type.iter().find(|nested| is_table(nested)) {
            let of = &entry.field[1];
            let expected =
                if of.r#type() == Type::Message { "an object of named objects" } else { "an object of named texts" };
            let Value::Object(entries) = value else { return self.wrong_type(value, expected, at) };
            entries.retain(|name, inner| self.single(inner, of, at.name(name)));
            return true;
        }
        let Value::Array(items) = value else { return self.wrong_type(value, "a list", at) };
        for (index, item) in items.iter_mut().enumerate() {
            // Its place is kept, or those after it would have other paths.
            if !self.single(item, field, at.index(index)) {
                *item = if field.r#type() == Type::Message { Value::Object(Map::new()) } else { "".into() };
            }
        }
        true
    }

    fn single(&mut self, value: &mut Value, field: &FieldDescriptorProto, at: At<'_>) -> bool {
        let fits = match field.r#type() {
            Type::Message => return self.message(value, last(field.type_name()), at),
            Type::Bool => value.is_boolean(),
            Type::Int32 => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            Type::Uint32 => value.as_u64().is_some_and(|number| u32::try_from(number).is_ok()),
            _ => return self.text(value, at),
        };
        let expected = match field.r#type() {
            Type::Bool => "true or false",
            Type::Uint32 => "a whole number that is not negative",
            _ => "a whole number",
        };
        fits || self.wrong_type(value, expected, at)
    }

    fn text(&mut self, value: &Value, at: At<'_>) -> bool {
        value.is_string() || self.wrong_type(value, "a text", at)
    }

    fn wrong_type(&mut self, value: &Value, expected: &str, at: At<'_>) -> bool {
        let found = match value {
            Value::Null => "empty".to_owned(),
            Value::Bool(given) => given.to_string(),
            Value::Number(number) => format!("the number {number}"),
            Value::String(text) => format!("the text {text:?}"),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
        };
        let quoted = match value {
            Value::Number(number) if expected == "a text" => format!(": write \"{number}\""),
            _ => String::new(),
        };
        let reason = format!("is {found}, must be {expected}{quoted}");
        self.leave_aside(Problem::of(Refusal::WrongType { field: at.path(), reason }), at)
    }

    fn leave_aside(&mut self, problem: Problem, at: At<'_>) -> bool {
        self.found.problems.push(problem);
        self.found.aside.push(at.path());
        false
    }
}

fn field<'m>(message: &'m DescriptorProto, name: &str) -> Option<&'m FieldDescriptorProto> {
    message.field.iter().find(|field| field.json_name() == name)
}

/// Whether a field is one of those of which exactly one may be given.
fn is_choice(field: &FieldDescriptorProto) -> bool {
    field.oneof_index.is_some() && !field.proto3_optional()
}
