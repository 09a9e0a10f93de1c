//! What comes out: calls, what had to be left out, and what waits for an answer of the portal.

use serde::Serialize;
use serde_json::Value;
use tributary_domain::time::Instant;

use super::Portal;
use super::problem::{MISSING, Problem};

/// A call, as it would be sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Which one it is: they could be sent in this order. From 1.
    pub order: usize,
    /// The portal.
    pub portal: &'static str,
    /// The service, as its model calls it.
    pub service: &'static str,
    /// The operation of the service.
    pub operation: &'static str,
    /// Whose deal it is; none: it is of a product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The deal that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deal: Option<String>,
    /// The product that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// How it is sent, where no model of the service says that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<Http>,
    /// What is sent.
    pub body: Value,
}

/// A request of HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Http {
    /// The method.
    pub method: &'static str,
    /// The address.
    pub uri: String,
    /// What guards it: the version that it replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_match: Option<String>,
}

impl Call {
    /// The name of its file: no two calls of one run share one, on any file system.
    pub fn file_name(&self) -> String {
        let about = self.deal.as_ref().or(self.product.as_ref()).map_or("", String::as_str);
        format!("{:05}-{}-{}.json", self.order, self.operation, crate::statement::plain(about))
    }

    /// What the file holds.
    pub fn file(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// A deal or product of which a call could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// Whose deal it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The deal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deal: Option<String>,
    /// The product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The call that was to be made.
    pub operation: &'static str,
    /// Everything that is wrong, by field.
    pub problems: Vec<Problem>,
}

/// A call that can be made once the portal has answered another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// The deal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deal: Option<String>,
    /// The product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The call.
    pub operation: &'static str,
    /// What has to be in the file of names first.
    pub until: String,
}

/// What there is to be sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// To whom.
    pub portal: &'static str,
    /// When it is known.
    pub known_at: String,
    /// In an order in which they could be sent.
    pub calls: Vec<Call>,
    /// What could not be made.
    pub left_out: Vec<LeftOut>,
    /// What can be made later.
    pub waiting: Vec<Waiting>,
}

/// What a call is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum About<'a> {
    Deal { account: &'a str, deal: &'a str },
    Product(&'a str),
}

impl About<'_> {
    fn parts(self) -> (Option<String>, Option<String>, Option<String>) {
        match self {
            Self::Deal { account, deal } => (Some(account.to_owned()), Some(deal.to_owned()), None),
            Self::Product(product) => (None, None, Some(product.to_owned())),
        }
    }
}

impl Calls {
    pub(super) fn new(portal: Portal, known_at: Instant) -> Self {
        let (calls, left_out, waiting) = (Vec::new(), Vec::new(), Vec::new());
        Self { portal: portal.as_str(), known_at: known_at.to_string(), calls, left_out, waiting }
    }

    /// Takes a call whose body is right, or says what is wrong with it. Gives whether it was taken.
    pub(super) fn take(
        &mut self,
        about: About<'_>,
        (service, operation): (&'static str, &'static str),
        http: Option<Http>,
        body: Result<Value, Vec<Problem>>,
    ) -> bool {
        let (account, deal, product) = about.parts();
        match body {
            Ok(body) => {
                let (order, portal) = (self.calls.len() + 1, self.portal);
                self.calls.push(Call { order, portal, service, operation, account, deal, product, http, body });
                true
            }
            Err(mut problems) => {
                problems.sort();
                problems.dedup();
                // What is wrong with a field says more than that it is not there.
                let wrong: Vec<String> =
                    problems.iter().filter(|of| of.code != MISSING).map(|of| of.field.clone()).collect();
                problems.retain(|of| of.code != MISSING || !wrong.contains(&of.field));
                self.left_out.push(LeftOut { account, deal, product, operation, problems });
                false
            }
        }
    }

    pub(super) fn wait(&mut self, about: About<'_>, operation: &'static str, until: impl Into<String>) {
        let (_, deal, product) = about.parts();
        self.waiting.push(Waiting { deal, product, operation, until: until.into() });
    }
}
