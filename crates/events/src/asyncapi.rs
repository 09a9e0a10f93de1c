//! The topics on Kafka as an AsyncAPI 3 document, from the tables that the code itself works by: families, event types,
//! projected topics. What it refers to lies beside it in `schemas/` and in `proto/`.

mod message;

use serde_json::{Map, Value, json};
use tributary_log::Family;

use crate::feed::Topic;
use crate::published::{message_of, types_of};
use crate::shape;
use crate::yaml::to_yaml;

const PREFIX: &str = "{prefix}";
const KAFKA: &str = "0.5.0";

/// The document, as YAML.
pub fn asyncapi() -> String {
    let mut channels = Map::new();
    let mut operations = Map::new();
    for family in Family::ALL {
        channels.insert(family.name().to_owned(), family_channel(family));
        operations.insert(format!("read-{family}"), operation("receive", family.name(), "The ledger reads it."));
    }
    channels.insert("quarantine".to_owned(), quarantine_channel());
    operations.insert("set-aside".to_owned(), operation("send", "quarantine", "The ledger sets records aside."));
    for topic in Topic::ALL {
        let name = topic.name();
        channels.insert(name.to_owned(), projected_channel(topic));
        operations.insert(format!("publish-{name}"), operation("send", name, "The ledger publishes it."));
    }
    let document = json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tributary on Kafka",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What the attribution ledger reads and publishes.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": message::BINARY,
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages(),
            "messageTraits": {"event": message::event_trait(), "projected": message::projected_trait()},
            "parameters": {"prefix": {
                "default": "tributary.",
                "description": "What the names of a ledger's topics begin with: the setting `tributary.prefix`.",
            }},
        },
    });
    to_yaml(&document)
}

/// Every message once: channels refer to them.
fn messages() -> Value {
    let mut messages = Map::new();
    for event_type in Family::ALL.into_iter().flat_map(types_of) {
        messages.insert(event_type.to_owned(), message::binary(event_type));
    }
    messages.insert("structured".to_owned(), message::structured());
    messages.insert("marker".to_owned(), message::marker());
    messages.insert("set-aside".to_owned(), message::set_aside());
    for topic in Topic::ALL {
        messages.insert(topic.event_type().to_owned(), message::projected(topic));
        messages.insert(tombstone_of(topic), message::tombstone(topic));
    }
    messages.into()
}

fn family_channel(family: Family) -> Value {
    let mut names: Vec<&str> = types_of(family).collect();
    names.extend(["structured", "marker"]);
    let (what, partitions) = match family {
        Family::Reference => ("Who and by which rules. One partition, read by everybody.", json!(1)),
        Family::Leads => ("Leads and touches.", Value::Null),
        Family::Registrations => ("Registrations.", Value::Null),
        Family::Deals => ("Deals and marketplace offers.", Value::Null),
        Family::Consumption => ("Usage and its corrections.", Value::Null),
        Family::Disbursements => ("Charges, disbursements, payouts, holds, and the closing of periods.", Value::Null),
    };
    let description = format!(
        "{what} A record's key is the subject; Kafka's default partitioner (murmur2) chooses the partition, and all families but \
         reference have equally many. Events stay for ever."
    );
    channel(family.name(), &description, &names, &["delete"], partitions)
}

fn quarantine_channel() -> Value {
    let description = "Records that the ledger could not take, with the reason. One partition.";
    channel("quarantine", description, &["set-aside"], &["delete"], json!(1))
}

fn projected_channel(topic: Topic) -> Value {
    let what = match topic {
        Topic::Credits => "What partners are attributed, by partner, period and account.",
        Topic::Accruals => "Each partner's statement of the open period, as it runs.",
        Topic::Statements => {
            "The statements of closed periods. They never change but where an event recorded before the \
             cutoff arrived after it."
        }
        Topic::Renewals => "The won deals of accounts, with their terms, teams and lines.",
        Topic::Suspense => "What earns no credit, by account or unresolved subject.",
        Topic::Digests => "The digests of closed periods: two ledgers that say the same closed alike.",
    };
    let description = format!(
        "{what} Whoever drops the `ce_id`s that it has seen gets each change once; whoever keeps the record with the greatest \
         `ce_revision` of each key has the present state."
    );
    channel(topic.name(), &description, &[topic.event_type(), &tombstone_of(topic)], &["compact"], Value::Null)
}

fn tombstone_of(topic: Topic) -> String {
    format!("{}.tombstone", topic.event_type())
}

fn channel(name: &str, description: &str, messages: &[&str], cleanup: &[&str], partitions: Value) -> Value {
    let refer = |name: &&str| ((*name).to_owned(), json!({"$ref": format!("#/components/messages/{name}")}));
    let mut binding = json!({"topicConfiguration": {"cleanup.policy": cleanup}, "bindingVersion": KAFKA});
    if !cleanup.contains(&"compact") {
        binding["topicConfiguration"]["retention.ms"] = json!(-1);
    }
    if !partitions.is_null() {
        binding["partitions"] = partitions;
    }
    json!({
        "address": format!("{PREFIX}{name}"),
        "description": description,
        "messages": messages.iter().map(refer).collect::<Map<_, _>>(),
        "parameters": {"prefix": {"$ref": "#/components/parameters/prefix"}},
        "bindings": {"kafka": binding},
    })
}

fn operation(action: &str, channel: &str, summary: &str) -> Value {
    json!({"action": action, "channel": {"$ref": format!("#/channels/{channel}")}, "summary": summary})
}
