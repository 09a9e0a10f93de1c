//! Rows inside of others: a member that is the row itself, as it stands or as a text in Base64, such as Pub/Sub delivers.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::MappingError;
use crate::text::Json;

/// Where a row lies in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unwrap {
    path: String,
    base64: bool,
}

impl Unwrap {
    /// Reads `path` or `path|base64`.
    pub(super) fn read(text: &str) -> Result<Self, MappingError> {
        let (path, step) = text.split_once('|').map_or((text, None), |(path, step)| (path, Some(step.trim())));
        if !matches!(step, None | Some("base64")) {
            let reason = format!("`{text}` is neither a path nor a path with `|base64`");
            return Err(MappingError { path: "unwrap".to_owned(), reason });
        }
        Ok(Self { path: path.trim().to_owned(), base64: step.is_some() })
    }

    /// The row inside, if there is one; what is in Base64 has to be JSON.
    pub(super) fn inside<'j>(&self, json: &'j Json) -> Result<Option<Cow<'j, Json>>, String> {
        let Some(found) = json.at(&self.path) else { return Ok(None) };
        if !self.base64 {
            return Ok(Some(Cow::Borrowed(found)).filter(|found| matches!(**found, Json::Object(_))));
        }
        let Json::Text(text) = found else { return Ok(None) };
        let bytes = STANDARD.decode(text).map_err(|_| format!("`{}` is not Base64", self.path))?;
        let inside = Json::read(&bytes).map_err(|why| format!("`{}` {why}", self.path))?;
        Ok(Some(Cow::Owned(inside)).filter(|inside| matches!(**inside, Json::Object(_))))
    }
}
