//! The protobuf files as others take them: path, text and imports, and where in its file a message stands. Registries and
//! readers in other languages need these and nothing else.

use std::sync::LazyLock;

use prost::Message;
use prost_types::FileDescriptorSet;
use tributary_log::Family;

use crate::feed::Topic;
use crate::proto::DESCRIPTORS;
use crate::wire::TYPES;

macro_rules! texts {
    ($($path:literal),* $(,)?) => {
        /// The files by path, with their comments.
        const TEXTS: &[(&str, &str)] = &[$(($path, include_str!(concat!("../../../proto/", $path)))),*];
    };
}

texts![
    "tributary/feed/v1/credits.proto",
    "tributary/feed/v1/digests.proto",
    "tributary/feed/v1/renewals.proto",
    "tributary/feed/v1/statements.proto",
    "tributary/feed/v1/suspense.proto",
    "tributary/v1/consumption.proto",
    "tributary/v1/deals.proto",
    "tributary/v1/disbursements.proto",
    "tributary/v1/leads.proto",
    "tributary/v1/policies.proto",
    "tributary/v1/reference.proto",
    "tributary/v1/registrations.proto",
];

static FILES: LazyLock<FileDescriptorSet> =
    LazyLock::new(|| FileDescriptorSet::decode(DESCRIPTORS).expect("the build script wrote descriptors"));

/// A protobuf file as it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProtoFile {
    /// Its path below `proto/`, by which others import it.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
    /// The paths that it imports.
    pub imports: &'static [String],
}

/// A message as it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProtoMessage {
    /// Its full name, such as `tributary.v1.DealWon`.
    pub name: &'static str,
    /// The file that holds it.
    pub file: &'static str,
    /// Its place among the messages of that file, from 0.
    pub index: u32,
}

/// Every protobuf file, by path.
pub fn proto_files() -> Vec<ProtoFile> {
    let imports = |path| FILES.file.iter().find(|file| file.name() == path).map(|file| file.dependency.as_slice());
    TEXTS.iter().map(|&(path, text)| ProtoFile { path, text, imports: imports(path).unwrap_or_default() }).collect()
}

/// The message of the data of an event type, of the log or of a projected topic; none for an unknown type.
pub fn message_of(event_type: &str) -> Option<ProtoMessage> {
    if let Some(event) = TYPES.iter().find(|event| event.name == event_type) {
        return message("tributary.v1", event.message);
    }
    let topic = Topic::ALL.into_iter().find(|topic| topic.event_type() == event_type)?;
    let name = match topic {
        Topic::Credits => "Credits",
        Topic::Accruals | Topic::Statements => "Statement",
        Topic::Renewals => "Renewals",
        Topic::Suspense => "Suspense",
        Topic::Digests => "Digest",
    };
    message("tributary.feed.v1", name)
}

/// The event types of a family, in the order of the table.
pub fn types_of(family: Family) -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|event| event.name).filter(move |name| Family::of(name) == Some(family))
}

fn message(package: &str, name: &str) -> Option<ProtoMessage> {
    let files = FILES.file.iter().filter(|file| file.package() == package);
    let (file, index) = files
        .flat_map(|file| (0_u32..).zip(&file.message_type).map(move |(at, held)| (file, at, held)))
        .find_map(|(file, at, held)| (held.name() == name).then_some((file, at)))?;
    let full = FULL_NAMES
        .iter()
        .find(|full| full.strip_prefix(package).is_some_and(|rest| rest.strip_prefix('.') == Some(name)))?;
    Some(ProtoMessage { name: full, file: file.name(), index })
}

static FULL_NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let messages = FILES.file.iter().flat_map(|file| file.message_type.iter().map(move |held| (file, held)));
    messages.map(|(file, held)| format!("{}.{}", file.package(), held.name())).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_is_compiled_is_published() {
        let mut compiled: Vec<&str> = FILES.file.iter().map(|file| file.name()).collect();
        compiled.sort_unstable();
        assert_eq!(proto_files().iter().map(|file| file.path).collect::<Vec<_>>(), compiled);
    }

    #[test]
    fn every_type_has_a_message_in_a_file_that_is_published() {
        let topics = Topic::ALL.map(Topic::event_type);
        for event_type in TYPES.iter().map(|event| event.name).chain(topics) {
            let message = message_of(event_type).unwrap_or_else(|| panic!("{event_type}"));
            let file = proto_files().into_iter().find(|file| file.path == message.file).expect("the file");
            let name = message.name.rsplit('.').next().expect("a name");
            let heads = file.text.lines().filter_map(|line| line.strip_prefix("message "));
            let at = heads.map(|head| head.trim_end_matches([' ', '{', '}'])).position(|head| head == name);
            assert_eq!(at, Some(message.index as usize), "{event_type}");
        }
        assert_eq!(message_of("tributary.unheard.of.v1"), None);
    }

    #[test]
    fn a_family_lies_in_one_file_but_for_policies() {
        for family in Family::ALL {
            for event_type in types_of(family) {
                let file = message_of(event_type).expect("a message").file;
                let expected = if event_type == "tributary.policy.published.v1" { "policies" } else { family.name() };
                assert_eq!(file, format!("tributary/v1/{expected}.proto"));
            }
        }
    }
}
