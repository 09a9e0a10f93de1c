//! A program as a file to begin from: YAML that reads back as the same program.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use tributary_domain::program::Program;
use tributary_events::member;

use super::Section;
use crate::yaml;

/// Fields in the order in which people read them.
struct Fields(Vec<(&'static str, Value)>);

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Sections with their entries; those without any are left out.
struct Sections(Vec<(Section, Vec<Fields>)>);

impl Serialize for Sections {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (section, entries) in self.0.iter().filter(|(_, entries)| !entries.is_empty()) {
            map.serialize_entry(section.as_str(), entries)?;
        }
        map.end()
    }
}

/// Writes a program as YAML. Fails where JSON would, which a program does not.
pub fn write(program: &Program) -> Result<String, serde_json::Error> {
    let state = |key: (&'static str, Value), names: &[&'static str], state: &Value| {
        let given = names.iter().filter_map(|name| Some((*name, state.get(name)?.clone())));
        Fields([key].into_iter().chain(given).collect())
    };
    let partners = program.partners.iter().map(|(id, of)| {
        let names = ["name", "kinds", "track", "tier", "markets"];
        state(("partner", id.as_str().into()), &names, &member::partner_value(of))
    });
    let accounts = program
        .accounts
        .iter()
        .map(|(id, of)| state(("account", id.as_str().into()), &["name", "markets"], &member::account_value(of)));
    let aliases = program.aliases.iter().map(|((namespace, id), account)| {
        let account = account.as_ref().map_or(Value::Null, |account| account.as_str().into());
        Fields(vec![("alias", format!("{namespace}/{id}").into()), ("account", account)])
    });
    let deals = program.teams.iter().map(|(deal, team)| {
        let member = |(partner, role): &(_, _)| member_value(partner, role);
        Fields(vec![("deal", deal.as_str().into()), ("team", team.iter().map(member).collect())])
    });
    let sections = Sections(vec![
        (Section::Partners, partners.collect()),
        (Section::Accounts, accounts.collect()),
        (Section::Aliases, aliases.collect()),
        (Section::Deals, deals.collect()),
    ]);
    yaml::write(&sections)
}

fn member_value(partner: &tributary_domain::id::PartnerId, role: &tributary_domain::id::Role) -> Value {
    serde_json::json!({"partner": partner.as_str(), "role": role.as_str()})
}
