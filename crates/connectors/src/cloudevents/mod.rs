//! Usage as metering systems send it: CloudEvents in JSON, one or many, such as OpenMeter takes. All of it is declared in `mapping.yaml`; the
//! page is `docs/connectors/cloudevents.md`.

/// The mapping that the program has.
pub(crate) const MAPPING: &str = include_str!("mapping.yaml");
