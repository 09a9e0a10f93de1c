//! Why an event is refused: a value, one variant per rule of the contract. A code, once given, never changes.

use tributary_domain::time::Instant;
use tributary_log::Position;

macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident { $($name:ident: $type:ty),* } = $code:literal, $text:literal;)*) => {
        /// Why an event is refused. Its text is the reason alone; where it stands is [`Refusal::field`].
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[expect(missing_docs, reason = "`field` is the path of what is wrong; the text says what the others are")]
        pub enum Refusal {
            $($(#[$doc])* #[error($text)] $variant { field: String, $($name: $type),* },)*
        }

        impl Refusal {
            /// Every code, in the order of the rules.
            pub const CODES: &[&str] = &[$($code),*];

            /// The code of the rule: fixed for ever.
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code,)* }
            }

            /// Where it stands: an attribute such as `subject`, a path such as `data.lines[2].amount`, or `event`.
            pub fn field(&self) -> &str {
                match self { $(Self::$variant { field, .. } => field,)* }
            }
        }
    };
}

refusals! {
    // The line.
    /// Longer than an event may be.
    TooLong { bytes_max: usize } = "too-long", "is longer than {bytes_max} bytes";
    /// The end of the file came in the middle of an event.
    CutOff {} = "cut-off", "the file ends in the middle of this line";
    /// Not JSON.
    NotJson { reason: String } = "not-json", "is not JSON: {reason}";
    /// Not the protobuf message of the type.
    NotProtobuf { reason: String } = "not-protobuf", "is not the protobuf message of this type: {reason}";
    /// Another kind of value than the field's.
    WrongType { reason: String } = "wrong-type", "{reason}";

    // The envelope.
    /// An attribute is not there.
    MissingAttribute {} = "missing-attribute", "is missing";
    /// Not CloudEvents 1.0.
    WrongSpecversion { found: String } = "wrong-specversion", "is {found:?}, must be \"1.0\"";
    /// An attribute that is too long or holds control characters.
    BadAttribute { reason: String } = "bad-attribute", "{reason}";
    /// Data in a form that is not read here.
    WrongContentType { found: String, expected: &'static str } = "wrong-content-type", "is {found:?}, must be {expected}";
    /// No such type of event.
    UnknownType { found: String } = "unknown-type", "{found:?} is not a type of event that the ledger knows";
    /// A subject that the type cannot have.
    BadSubject { found: String, expected: &'static str } = "bad-subject", "is {found:?}, must be {expected}";

    // Fields by themselves.
    /// A field that the type does not have.
    UnknownField {} = "unknown-field", "is no field of this document";
    /// A field that stands twice.
    DuplicateField {} = "duplicate-field", "stands twice";
    /// A field is not there, or empty.
    MissingField {} = "missing-field", "is missing or empty";
    /// A list or table that must name something.
    EmptyList {} = "empty-list", "must name at least one";
    /// A field that belongs to another kind.
    FieldNotApplicable { owner: &'static str } = "field-not-applicable", "belongs to {owner}";
    /// Not an identifier.
    BadIdentifier { reason: String } = "bad-identifier", "{reason}";
    /// Not an instant.
    BadInstant { found: String, reason: String } = "bad-instant", "{found:?} {reason}";
    /// Not a date.
    BadDate { found: String, reason: String } = "bad-date", "{found:?} {reason}";
    /// Not a period.
    BadPeriod { found: String, reason: String } = "bad-period", "{found:?} {reason}";
    /// Not a time zone.
    BadTimeZone { found: String, reason: String } = "bad-time-zone", "{found:?} {reason}";
    /// Not a decimal.
    BadDecimal { found: String, reason: String } = "bad-decimal", "{found:?} {reason}";
    /// More fractional digits than are kept.
    TooManyDigits { found: String, places: u32 } = "too-many-digits", "{found:?} has more than {places} fractional digits";
    /// Larger than the ledger counts.
    DecimalOutOfRange { found: String, reason: String } = "decimal-out-of-range", "{found:?} {reason}";
    /// Below zero where nothing can be.
    Negative { found: String } = "negative", "is {found}, must not be negative";
    /// Not a currency.
    UnknownCurrency { found: String, reason: String } = "unknown-currency", "{found:?} {reason}";
    /// A word that the contract does not list.
    UnknownWord { found: String, allowed: String } = "unknown-word", "{found:?} is none of {allowed}";

    // Fields together.
    /// A rate of zero or less.
    RateNotPositive { found: String } = "rate-not-positive", "is {found}, must be positive";
    /// A consumption line that names an amount or a currency.
    ConsumptionLineWithAmount {} = "consumption-line-with-amount", "a consumption line has neither amount nor currency";
    /// A recurring or license line without its amount or currency.
    LineWithoutAmount { kind: &'static str } = "line-without-amount", "is missing, and a {kind} line needs amount and currency";
    /// A term that ends before it starts.
    TermEndsBeforeStart { start: String, end: String } = "term-ends-before-start", "is {end}, before the start {start}";
    /// A net that is not what is left of the gross.
    NetMismatch { net: String, expected: String } = "net-mismatch", "is {net}, but gross - fee - tax - refund is {expected}";

    // Observations.
    /// A field that no system synchronises (O5).
    Withheld { why: &'static str } = "withheld", "is not synchronised between systems: {why}";
    /// A field that has a value and is said to have none.
    GivenAndCleared { name: String } = "given-and-cleared", "names `{name}`, which has a value here";
    /// An observation of nothing.
    NothingObserved {} = "nothing-observed", "names no field of the deal";
    /// A group of texts that say the same with fewer than two.
    NothingTheSame {} = "nothing-the-same", "must name at least two texts";

    // Policies.
    /// No model, or several.
    NotOneModel {} = "not-one-model", "must hold exactly one model";
    /// Models within models without end.
    NestedTooDeep { models_max: u32 } = "nested-too-deep", "is nested deeper than {models_max} models";
    /// A share of more than everything.
    ShareAboveOne { found: String } = "share-above-one", "is {found}, must be at most 1";
    /// Shares that add up to more than everything.
    SharesAboveOne { sum: String } = "shares-above-one", "add up to {sum}, must be at most 1";
    /// A half-life of no day.
    HalfLifeBelowOne {} = "half-life-below-one", "must be at least 1 day";
    /// A plan that begins within a month.
    NotFirstOfMonth { found: String } = "not-first-of-month", "is {found}, must be the first day of a month";
    /// A plan that ends within a month.
    NotLastOfMonth { found: String } = "not-last-of-month", "is {found}, must be the last day of a month";
    /// A document whose version would be in force on no day.
    EndsBeforeStart { start: String, end: String } = "ends-before-start", "is {end}, before `effectiveFrom` {start}";
    /// Bands that leave out what lies below the first.
    BandsNotFromZero { found: String } = "bands-not-from-zero", "is {found}, the first band begins at \"0\"";
    /// A band that is not above the one before.
    BandsNotRising { found: String, previous: String } = "bands-not-rising", "is {found}, must be above {previous} of the band before";

    // The log.
    /// A record of a topic that is no event.
    Unreadable { reason: String } = "unreadable", "is no event: {reason}";
    /// The identity is taken by other content (I1).
    Conflict { position: Position } = "conflict", "the same source and id stand at {position} with other content, and what was recorded first stands";
    /// The past before the cutoff of an attested period is closed (I2).
    SealedPast { recorded: Instant, sealed: Instant } = "sealed-past", "is {recorded}, at or before {sealed}, the cutoff of an attested period";
}
