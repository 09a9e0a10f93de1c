//! The workload as tables, for engines that know nothing of events: CSV files with a header, a table each. Amounts and rates
//! are whole numbers of 10⁻¹², shares of 10⁻⁹.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use tributary_domain::event::{Body, Draft};
use tributary_domain::id::{PartnerId, RegistrationId};
use tributary_domain::policy::{Model, Policy};
use tributary_domain::time::Instant;

use crate::Result;
use crate::workload::Workload;

/// Tables, and the names of their columns.
const TABLES: [(&str, &str); 8] = [
    ("usage", "source,id,subject,product,vendor,time,recorded,quantity,unit,amount,currency"),
    ("aliases", "subject,account"),
    ("deals", "deal,account,term_start,term_end"),
    ("lines", "deal,product"),
    ("teams", "deal,partner,role"),
    ("registrants", "deal,partner"),
    ("splits", "role,share"),
    ("rates", "day,base,rate"),
];

/// Writes every table into a folder; gives how many rows of usage there are.
pub fn write(workload: &Workload, folder: &Path) -> Result<u64> {
    let mut tables = Tables::create(folder)?;
    let mut rows = 0;
    for draft in workload.drafts() {
        rows += u64::from(matches!(draft.body, Body::UsageRecorded(_)));
        tables.take(&draft)?;
    }
    tables.files.values_mut().try_for_each(Write::flush)?;
    Ok(rows)
}

struct Tables {
    files: BTreeMap<&'static str, BufWriter<File>>,
    /// Whose each registration is.
    registered: BTreeMap<RegistrationId, PartnerId>,
}

impl Tables {
    fn create(folder: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        for (name, columns) in TABLES {
            let mut file = BufWriter::with_capacity(1 << 20, File::create(folder.join(format!("{name}.csv")))?);
            writeln!(file, "{columns}")?;
            files.insert(name, file);
        }
        Ok(Self { files, registered: BTreeMap::new() })
    }

    fn row(&mut self, table: &str, row: std::fmt::Arguments<'_>) -> Result<()> {
        let file = self.files.get_mut(table).ok_or_else(|| format!("there is no table `{table}`"))?;
        Ok(writeln!(file, "{row}")?)
    }

    /// What a draft says, as rows.
    fn take(&mut self, draft: &Draft) -> Result<()> {
        match &draft.body {
            Body::UsageRecorded(_) => self.usage(draft),
            Body::AliasLinked { account } => self.row("aliases", format_args!("{},{account}", draft.subject)),
            Body::RegistrationSubmitted(submitted) => {
                self.registered.insert(submitted.registration.clone(), submitted.partner.clone());
                Ok(())
            }
            Body::DealOpened(opened) => match opened.registration.as_ref().and_then(|of| self.registered.get(of)) {
                Some(partner) => {
                    let partner = partner.clone();
                    self.row("registrants", format_args!("{},{partner}", opened.deal))
                }
                None => Ok(()),
            },
            Body::DealRoleAssigned(given) => {
                self.row("teams", format_args!("{},{},{}", given.deal, given.partner, given.role))
            }
            Body::DealWon(won) => {
                let (account, end) = (draft.subject.to_string(), won.term_end.ok_or("a term without an end")?);
                let account = account.trim_start_matches("account/");
                self.row("deals", format_args!("{},{account},{},{end}", won.deal, won.term_start))?;
                won.lines.iter().try_for_each(|line| self.row("lines", format_args!("{},{}", won.deal, line.product)))
            }
            Body::PolicyPublished(policy) => self.splits(policy),
            Body::RatePublished(rate) => {
                self.row("rates", format_args!("{},{},{}", rate.date, rate.base, rate.rate.units()))
            }
            _ => Ok(()),
        }
    }

    fn usage(&mut self, draft: &Draft) -> Result<()> {
        let Body::UsageRecorded(used) = &draft.body else { return Ok(()) };
        let time = |instant: Instant| instant.utc().format("%Y-%m-%dT%H:%M:%SZ");
        let (source, id) = (&draft.identity.source, &draft.identity.id);
        let vendor = used.vendor.as_ref().map(|vendor| vendor.as_str()).unwrap_or_default();
        let quantity = used.quantity.map(|quantity| quantity.units().to_string()).unwrap_or_default();
        let recorded = draft.recorded.unwrap_or(draft.time);
        self.row(
            "usage",
            format_args!(
                "{source},{id},{},{},{vendor},{},{},{quantity},{},{},{}",
                draft.subject,
                used.product,
                time(draft.time),
                time(recorded),
                used.unit.as_deref().unwrap_or_default(),
                used.money.amount.units(),
                used.money.currency
            ),
        )
    }

    fn splits(&mut self, policy: &Policy) -> Result<()> {
        let Policy::Attribution(policy) = policy else { return Ok(()) };
        let Model::RegistrationProtection { otherwise, .. } = &policy.model else { return Ok(()) };
        let Model::RoleSplit { shares, .. } = &**otherwise else { return Ok(()) };
        shares.iter().try_for_each(|(role, share)| self.row("splits", format_args!("{role},{}", share.units())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::Size;

    #[test]
    fn every_event_of_usage_is_a_row_and_every_table_has_some() {
        let folder = tempfile::tempdir().expect("a folder");
        let workload = Workload::new(Size { usage: 2_000, accounts: 100, partners: 20, seed: 7 });
        assert_eq!(write(&workload, folder.path()).expect("written"), 2_000);
        for (name, columns) in TABLES {
            let text = std::fs::read_to_string(folder.path().join(format!("{name}.csv"))).expect("a table");
            let cells = columns.split(',').count();
            assert!(text.lines().count() > 1, "`{name}` is empty");
            assert!(text.lines().all(|line| line.split(',').count() == cells), "`{name}` has a ragged row");
        }
    }
}
