//! Recomputes an explanation from what it shows and nothing else: each figure from its children, as somebody with the
//! document and a pocket calculator would. It shares no code with the rules: it reads the JSON, and has an arithmetic of
//! its own.

mod balance;
mod commission;
mod credit;
mod exact;
mod node;
mod split;

use serde_json::Value;

use exact::Rounding;
use node::Node;

/// Where an explanation does not follow from what it shows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// It does not look like an explanation.
    #[error("`{at}` {problem}")]
    Shape {
        /// The path of the field.
        at: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A figure is another one than its children give.
    #[error("{rule}: `{at}` shows {shown}, its parts give {recomputed}")]
    Figure {
        /// The rule that the figure follows.
        rule: &'static str,
        /// The path of the figure.
        at: String,
        /// What is shown.
        shown: String,
        /// What its children give.
        recomputed: String,
    },
}

type Result<T> = std::result::Result<T, Mismatch>;

/// What every check is given: how the book rounds, and how much was checked.
struct Checking {
    currency: String,
    decimals: u32,
    rounding: Rounding,
    partner: String,
    figures: usize,
}

/// Recomputes every figure of an explanation of a statement, of credits or of shares, and says how many there were.
pub fn check(explanation: &Value) -> Result<usize> {
    let root = Node::root(explanation);
    let mut checking = Checking {
        currency: String::new(),
        decimals: 0,
        rounding: Rounding::HalfEven,
        partner: String::new(),
        figures: 0,
    };
    if let Some(book) = root.optional("book")? {
        checking.currency = book.text("currency")?;
        checking.decimals = book.whole("decimals")?;
        checking.rounding = match book.text("rounding")?.as_str() {
            "halfUp" => Rounding::HalfUp,
            _ => Rounding::HalfEven,
        };
    }
    if let Some(statement) = root.optional("statement")? {
        checking.partner = statement.text("partner")?;
        for line in root.list("lines")? {
            commission::line(&mut checking, &line)?;
        }
        if let Some(explained) = root.optional("balance")? {
            balance::balance(&mut checking, &root, &statement, &explained)?;
        }
    } else if root.has("credits") {
        checking.partner = root.text("partner")?;
        for one in root.list("credits")? {
            credit::credit(&mut checking, &one)?;
        }
    } else {
        for deal in root.list("deals")? {
            for one in deal.list("splits")? {
                split::split(&mut checking, &one)?;
            }
        }
    }
    Ok(checking.figures)
}

impl Checking {
    /// A figure of a node is what its children give.
    fn figure(&mut self, rule: &'static str, node: &Node<'_>, field: &str, recomputed: &exact::Exact) -> Result<()> {
        self.figures += 1;
        let shown = node.amount(field)?;
        if shown == *recomputed {
            return Ok(());
        }
        Err(self::mismatch(rule, node, field, shown, recomputed))
    }

    /// A text of a node is what its children give.
    fn says(&mut self, rule: &'static str, node: &Node<'_>, field: &str, recomputed: &str) -> Result<()> {
        self.figures += 1;
        let shown = node.text(field)?;
        if shown == recomputed { Ok(()) } else { Err(mismatch(rule, node, field, shown, recomputed)) }
    }

    /// Something holds that a figure rests on.
    fn holds(&mut self, rule: &'static str, node: &Node<'_>, field: &str, holds: bool, otherwise: &str) -> Result<()> {
        self.figures += 1;
        if holds { Ok(()) } else { Err(mismatch(rule, node, field, "this", otherwise)) }
    }

    /// Rounded to the minor unit of the book's currency by its rounding (M5).
    fn minor(&self, amount: &exact::Exact) -> exact::Exact {
        amount.rounded(self.decimals, self.rounding)
    }
}

fn mismatch(
    rule: &'static str,
    node: &Node<'_>,
    field: &str,
    shown: impl ToString,
    recomputed: impl ToString,
) -> Mismatch {
    Mismatch::Figure { rule, at: node.path(field), shown: shown.to_string(), recomputed: recomputed.to_string() }
}
