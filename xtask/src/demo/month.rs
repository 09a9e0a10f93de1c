//! `cargo xtask demo month`: the files of a month, as a CRM, a portal and three marketplaces hand them out, to statements,
//! reconciliation and drift. `demo/month/README.md` tells the same story for readers.

use super::{Step, Walk};

/// The walk.
pub(crate) const MONTH: Walk = Walk {
    steps: &[
        Step {
            headline: "Who there is, and by which rules",
            explanation: "Partners, customers and what other systems call them; who gets what, and which system is right about what.",
            command: "tributary import --trust-recorded-times demo/month/program.jsonl && tributary import --from policy --received-at 2026-04-05T00:00:00Z demo/month/policies/*.yaml",
        },
        Step {
            headline: "Rates",
            explanation: "The European Central Bank's, for what is earned in euros.",
            command: "tributary import --from ecb --since 2026-01-01 --currency USD --received-at 2026-04-05T00:00:00Z demo/data/eurofxref-hist.csv",
        },
        Step {
            headline: "The CRM",
            explanation: "Opportunities and who works on them, as Salesforce exports them.",
            command: "tributary import --from salesforce --mapping demo/month/names/salesforce.yaml --received-at 2026-04-05T00:00:00Z demo/month/crm/*.csv",
        },
        Step {
            headline: "AWS: the portal",
            explanation: "The same deal as Partner Central has it: observed beside the CRM's, and no second deal.",
            command: "tributary import --from aws-partner-central --mapping demo/month/names/aws-partner-central.yaml --received-at 2026-04-05T00:00:00Z demo/month/aws/opportunities.json",
        },
        Step {
            headline: "AWS: the marketplace",
            explanation: "Agreements, usage, what was billed and what was paid; one payment failed and came again. Rows in are rows accounted for.",
            command: "tributary import --from aws-marketplace --mapping demo/month/names/aws-marketplace.yaml --received-at 2026-04-05T00:00:00Z demo/month/aws/*feed.csv",
        },
        Step {
            headline: "Microsoft",
            explanation: "Referrals, orders, usage, and the earnings that were paid.",
            command: "tributary import --from microsoft --mapping demo/month/names/microsoft.yaml --received-at 2026-04-05T00:00:00Z demo/month/microsoft/*",
        },
        Step {
            headline: "Google Cloud",
            explanation: "An entitlement, and the month's disbursement.",
            command: "tributary import --from google --mapping demo/month/names/google.yaml --received-at 2026-04-05T00:00:00Z demo/month/google/*",
        },
        Step {
            headline: "Again",
            explanation: "A month's file is delivered whole every day: importing it again adds nothing.",
            command: "tributary import --from aws-marketplace --mapping demo/month/names/aws-marketplace.yaml --received-at 2026-04-05T00:00:00Z demo/month/aws/*feed.csv | head -n 8",
        },
        Step {
            headline: "The month closes",
            explanation: "What was received by the cutoff counts.",
            command: "tributary close 2026-03 --cutoff 2026-04-06T00:00:00Z",
        },
        Step {
            headline: "Statements",
            explanation: "What each partner earned, deal by deal.",
            command: "tributary statement --all 2026-03",
        },
        Step {
            headline: "Reconciliation",
            explanation: "Billed against paid out, line by line, with the age of what is missing.",
            command: "tributary reconcile --as-of 2026-04-05",
        },
        Step {
            headline: "How much belongs to deals",
            explanation: "The attribution rate, and what is left without.",
            command: "tributary suspense --rate --period 2026-03 && tributary suspense",
        },
        Step {
            headline: "Drift",
            explanation: "Where the CRM and the portals say different things of one deal: both values, and since when.",
            command: "tributary drift --as-of 2026-04-05",
        },
        Step {
            headline: "One deal, as all systems tell it",
            explanation: "Who is right about which field, by which policy.",
            command: "tributary deal 006HARBOR000001 --as-of 2026-04-05",
        },
        Step {
            headline: "Back to the line",
            explanation: "Which line of which file said it.",
            command: "tributary explain event 0:268",
        },
    ],
    next: &[
        "reconcile --account harbor --all",
        "explain statement p-delta-si 2026-03 --check",
        "timeline harbor --from 2026-03-01 --to 2026-03-31",
    ],
    data: "demo-month-data",
};
