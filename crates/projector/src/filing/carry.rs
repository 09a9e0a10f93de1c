//! What other shards need of a record that was read here, where several processes share the log: it is kept until it is sent.
//!
//! Usage said of an alias lies in the alias's shard, its account in another. A correction may lie in another shard than the
//! usage that it restates. Which shards need it is decided when it is sent.

use tributary_domain::event::Subject;
use tributary_log::{Family, Record};

use super::Filing;
use crate::carried;
use crate::error::Result;
use crate::key;

impl Filing<'_> {
    /// Keeps a record that was read from the log, if another shard may need it.
    pub(crate) fn carry(&mut self, record: &Record<'_>) {
        let Some(layout) = self.present.scope.layout().filter(|layout| layout.per_family > 1) else { return };
        let consumed = layout.place(record.position.partition).is_some_and(|(family, _)| family == Family::Consumption);
        let subject = record.envelope.subject;
        let needed = match record.envelope.event_type {
            carried::USAGE_RECORDED => {
                let parsed = (!subject.starts_with("account/")).then(|| subject.parse::<Subject>().ok()).flatten();
                parsed.is_some_and(|subject| self.present.linked.contains_key(&subject))
            }
            carried::USAGE_CORRECTED => true,
            _ => false,
        };
        if consumed && needed {
            self.batch.put(&key::outgoing::key(record.position), &carried::encode(record));
        }
    }

    /// A subject was linked: what was said of it before is needed where the account is. Only the owner of its shard has it.
    pub(super) fn carry_past(&mut self, subject: &Subject) -> Result<()> {
        carried::keep_past(self.store, self.present, subject, &mut self.batch)
    }
}
