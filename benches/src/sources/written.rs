//! How each file is written: with the columns, ids, dates and amounts that the systems write. A row follows from its number
//! and from nothing else.

use std::io::{Result, Write};

use crate::random::Random;

/// Customers.
const ACCOUNTS: u64 = 100_000;
/// Products.
const PRODUCTS: u64 = 50;
const SEED: u64 = 20_260_101;
/// Deals on a page of an API's answer.
const PAGE: u64 = 100;

/// What a row is about.
struct Of {
    n: u64,
    account: u64,
    product: u64,
    /// An amount in hundredths.
    cents: u64,
    /// A day of the first quarter of 2026, as `01-31`.
    day: String,
    /// A time of that day, as `23:59:59`.
    time: String,
}

fn of(n: u64) -> Of {
    let mut random = Random::of(SEED, n);
    let day = random.below(90);
    let day = match day {
        0..31 => format!("01-{:02}", day + 1),
        31..59 => format!("02-{:02}", day - 30),
        _ => format!("03-{:02}", day - 58),
    };
    let second = random.below(86_400);
    let time = format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
    let (account, product, cents) = (random.below(ACCOUNTS), random.below(PRODUCTS), 1 + random.below(1_000_000));
    Of { n, account, product, cents, day, time }
}

fn each(rows: u64, mut row: impl FnMut(&Of) -> Result<()>) -> Result<()> {
    (0..rows).try_for_each(|n| row(&of(n)))
}

/// An amount with six decimals, as AWS and FOCUS write them.
fn six(of: &Of) -> String {
    format!("{}.{:02}{:04}", of.cents / 100, of.cents % 100, of.n % 10_000)
}

fn two(of: &Of) -> String {
    format!("{}.{:02}", of.cents / 100, of.cents % 100)
}

/// Three legs of each disbursement: the revenue, the fee, and what is paid.
pub(super) fn billing(to: &mut dyn Write, rows: u64) -> Result<()> {
    writeln!(
        to,
        "billing_event_id,valid_from,insert_date,update_date,delete_date,from_account_id,to_account_id,end_user_account_id,product_id,action,transaction_type,parent_billing_event_id,disbursement_billing_event_id,amount,currency,balance_impacting,invoice_date,invoice_id,bank_trace_id,broker_id,agreement_id,charge_variant,charge_side,action_date"
    )?;
    each(rows, |row| {
        let disbursement = of(row.n / 3);
        let (day, cents) = (&disbursement.day, disbursement.cents);
        let (kind, parent, amount) = match row.n % 3 {
            0 => ("SELLER_REV_SHARE", format!("P{}", row.n), -(cents as i64) * 10),
            1 => ("AWS_REV_SHARE", format!("P{}", row.n), cents as i64),
            _ => ("DISBURSEMENT", String::new(), cents as i64 * 9),
        };
        let sign = if amount < 0 { "-" } else { "" };
        let amount = amount.unsigned_abs();
        writeln!(
            to,
            "be-{:012},2026-{day}T00:00:00Z,2026-{day}T00:00:00Z,2026-{day}T00:00:00Z,,aws-inc,seller-1,b{:041},prod-{:013},DISBURSED,{kind},{parent},D{:011},{sign}{}.{:02}0000,USD,0,2026-{day}T00:00:00Z,{},trace-{:08},AWS_INC,agmt-{:08},,,2026-{day}T00:00:00Z",
            row.n,
            disbursement.account,
            disbursement.product,
            disbursement.n,
            amount / 100,
            amount % 100,
            781_000_000 + disbursement.n,
            disbursement.n,
            disbursement.account,
        )
    })
}

pub(super) fn marketplace_usage(to: &mut dyn Write, rows: u64) -> Result<()> {
    writeln!(
        to,
        "usage_feed_id,valid_from,insert_date,update_date,delete_date,usage_date,product_id,agreement_id,end_user_account_id,payer_account_id,region,dimension_key,usage_unit,usage_quantity,pricing_currency,estimated_revenue_in_pricing_currency,usage_rate_per_unit_in_pricing_currency,charge_item_description,offer_id,recipient_account_id,catalog"
    )?;
    each(rows, |row| {
        let Of { n, account, product, day, .. } = row;
        writeln!(
            to,
            "u-{n:012},2026-{day}T00:00:00Z,2026-{day}T00:00:00Z,2026-{day}T00:00:00Z,,2026-{day}T00:00:00Z,prod-{product:013},agmt-{account:08},b{account:041},b{account:041},us-east-1,api_calls,Requests,{},USD,{},0.10,API calls,offer-{account},seller,AWS",
            row.cents,
            six(row),
        )
    })
}

pub(super) fn opportunities(to: &mut dyn Write, rows: u64) -> Result<()> {
    const STAGES: [&str; 6] =
        ["Prospect", "Qualified", "Technical Validation", "Business Validation", "Committed", "Launched"];
    each(rows, |row| {
        let Of { n, account, day, time, .. } = row;
        let stage = STAGES[(row.cents % 6) as usize];
        writeln!(
            to,
            r#"{{"Arn":null,"Catalog":"AWS","CreatedDate":"2025-11-14T19:32:03Z","Customer":{{"Account":{{"Address":{{"City":null,"CountryCode":"LT","PostalCode":"45531","StateOrRegion":null,"StreetAddress":null}},"AwsAccountId":"{account:012}","CompanyName":"Company {account}","Duns":null,"Industry":"Retail","OtherIndustry":null,"WebsiteUrl":"www.example.com"}},"Contacts":[]}},"Id":"O{n}","LastModifiedDate":"2026-{day}T{time}Z","LifeCycle":{{"ClosedLostReason":null,"NextSteps":null,"NextStepsHistory":null,"ReviewComments":null,"ReviewStatus":"Approved","ReviewStatusReason":null,"Stage":"{stage}","TargetCloseDate":"2026-{day}"}},"Marketing":{{"AwsFundingUsed":null,"CampaignName":null,"Channels":null,"Source":"None","UseCases":null}},"NationalSecurity":"No","OpportunityTeam":[{{"BusinessTitle":"OpportunityOwner","Email":"owner@example.com","FirstName":"Ada","LastName":"Example","Phone":null}}],"OpportunityType":"Net New Business","PartnerOpportunityIdentifier":"crm-{n}","PrimaryNeedsFromAws":["Co-Sell - Deal Support"],"Project":{{"CustomerBusinessProblem":"Reports take a night, and nobody trusts them in the morning.","CustomerUseCase":"Database","DeliveryModels":["SaaS or PaaS"],"ExpectedCustomerSpend":[{{"Amount":"531","CurrencyCode":"USD","EstimationUrl":null,"Frequency":"Monthly","TargetCompany":"AWS"}}],"SalesActivities":["Conducted POC / Demo"],"Title":"Warehouse {n}"}},"RelatedEntityIdentifiers":{{"AwsMarketplaceOffers":[],"AwsProducts":[],"Solutions":["S-{:07}"]}},"SoftwareRevenue":{{"DeliveryModel":"Contract","EffectiveDate":"2026-{day}","ExpirationDate":"2027-03-31","Value":{{"Amount":"{}","CurrencyCode":"USD"}}}}}}"#,
            row.product,
            two(row),
        )
    })
}

pub(super) fn cloudevents(to: &mut dyn Write, rows: u64) -> Result<()> {
    each(rows, |row| {
        let Of { n, account, day, time, .. } = row;
        let (route, quantity) = (row.product, row.cents);
        writeln!(
            to,
            r#"{{"specversion":"1.0","type":"api-calls","id":"{n:08x}-0000-4000-8000-{n:012x}","time":"2026-{day}T{time}.001Z","source":"service-{route}","subject":"customer-{account}","data":{{"quantity":"{quantity}","path":"/route/{route}"}}}}"#
        )
    })
}

pub(super) fn table(to: &mut dyn Write, rows: u64) -> Result<()> {
    writeln!(to, "id,account,at,product,quantity,unit,amount,currency")?;
    each(rows, |row| {
        let Of { n, account, product, day, time, cents, .. } = row;
        writeln!(to, "use-{n:012},{account:018},2026-{day}T{time}Z,product-{product},{cents},Requests,{},USD", six(row))
    })
}

pub(super) fn json(to: &mut dyn Write, rows: u64) -> Result<()> {
    each(rows, |row| {
        let Of { n, account, product, day, time, cents, .. } = row;
        writeln!(
            to,
            r#"{{"id":"use-{n:012}","account":"{account:018}","at":"2026-{day}T{time}Z","product":"product-{product}","quantity":{cents},"unit":"Requests","amount":"{}","currency":"USD"}}"#,
            six(row)
        )
    })
}

/// So many cells, in days of forty-one currencies; newest first, as the bank writes them.
pub(super) fn rates(to: &mut dyn Write, rows: u64) -> Result<()> {
    const CURRENCIES: &str = "USD,JPY,BGN,CYP,CZK,DKK,EEK,GBP,HUF,LTL,LVL,MTL,PLN,ROL,RON,SEK,SIT,SKK,CHF,ISK,NOK,HRK,RUB,TRL,TRY,AUD,BRL,CAD,CNY,HKD,IDR,ILS,INR,KRW,MXN,MYR,NZD,PHP,SGD,THB,ZAR";
    let count = CURRENCIES.split(',').count() as u64;
    writeln!(to, "Date,{CURRENCIES},")?;
    for back in 0..rows.div_ceil(count) {
        // Months of twenty-eight days: every one of them is a day.
        let (year, month, day) = (2026 - back / 336, 12 - back / 28 % 12, 28 - back % 28);
        write!(to, "{year}-{month:02}-{day:02}")?;
        for cell in 0..count {
            let units = 1 + Random::of(SEED, back * count + cell).below(3_000_000);
            write!(to, ",{}.{:04}", units / 10_000, units % 10_000)?;
        }
        writeln!(to, ",")?;
    }
    Ok(())
}

pub(super) fn focus(to: &mut dyn Write, rows: u64) -> Result<()> {
    writeln!(
        to,
        r#""AvailabilityZone","BilledCost","BillingAccountId","BillingAccountName","BillingCurrency","BillingPeriodEnd","BillingPeriodStart","ChargeCategory","ChargeClass","ChargeDescription","ChargeFrequency","ChargePeriodEnd","ChargePeriodStart","CommitmentDiscountCategory","CommitmentDiscountId","CommitmentDiscountName","CommitmentDiscountStatus","CommitmentDiscountType","ConsumedQuantity","ConsumedUnit","ContractedCost","ContractedUnitPrice","EffectiveCost","InvoiceIssuerName","ListCost","ListUnitPrice","PricingCategory","PricingQuantity","PricingUnit","ProviderName","PublisherName","RegionId","RegionName","ResourceId","ResourceName","ResourceType","ServiceCategory","Id","ServiceName","SkuId","SkuPriceId","SubAccountId","SubAccountName","Tags""#
    )?;
    each(rows, |row| {
        let Of { n, account, product, day, .. } = row;
        let (hour, cost) = (n % 23, six(row));
        writeln!(
            to,
            r#"NULL,{cost},"1234567890123","SunBird","USD","2026-04-01 00:00:00","2026-01-01 00:00:00","Usage",NULL,"$0.40 per million requests in Tier1 in US West (Oregon)","Usage-Based","2026-{day} {:02}:00:00","2026-{day} {hour:02}:00:00",NULL,NULL,NULL,NULL,NULL,{}.000000000000000,"Requests",{cost},0.00000000000,{cost},"Amazon Web Services, Inc.",{cost},"0.0000004","Standard",2.00000000000,"Requests","AWS","Amazon Web Services, Inc.","us-west-2","US West (Oregon)","arn:ats:sqs:us-test-2:347410479675:queue-{n:016x}",NULL,NULL,"Integration",{n},"Service {product}","G95FST5FTYV3JSRX","G95FST5FTYV3JSRX.JRTCKXETXF.VXGXCWQKTY","{account:012}","Atlas Nimbus",NULL"#,
            hour + 1,
            row.cents,
        )
    })
}

pub(super) fn entitlements(to: &mut dyn Write, rows: u64) -> Result<()> {
    each(rows, |row| {
        let Of { n, account, product, day, time, .. } = row;
        writeln!(
            to,
            r#"{{"name":"providers/DEMO-project/entitlements/{n:08x}-1111-2222-3333-{n:012x}","account":"providers/DEMO-project/accounts/acc-{account}","provider":"demo-project","product":"product-{product}","productExternalName":"product-{product}.mp-marketplace.example.com","plan":"pro","state":"ENTITLEMENT_ACTIVE","offer":"projects/1/services/s/privateOffers/po-{n}","offerEndTime":"2027-01-31T08:00:00Z","orderId":"o-{n}","usageReportingId":"project_number:{n}","createTime":"2026-{day}T{time}.123456789Z","updateTime":"2026-{day}T23:59:59.5Z"}}"#
        )
    })
}

/// Pages of a hundred deals, a page on each line.
pub(super) fn hubspot(to: &mut dyn Write, rows: u64) -> Result<()> {
    for page in 0..rows.div_ceil(PAGE) {
        write!(to, r#"{{"results":["#)?;
        for n in page * PAGE..((page + 1) * PAGE).min(rows) {
            let row = of(n);
            let Of { day, time, .. } = &row;
            let won = row.cents.is_multiple_of(2);
            let (comma, stage) =
                (if n % PAGE == 0 { "" } else { "," }, if won { "closedwon" } else { "qualifiedtobuy" });
            write!(
                to,
                r#"{comma}{{"id":"{n}","properties":{{"amount":"{}","closedate":"2026-{day}T23:30:00.000Z","createdate":"2025-10-30T03:30:17.883Z","dealname":"Deal {n}","dealstage":"{stage}","dealtype":"newbusiness","deal_currency_code":"EUR","hs_is_closed_won":"{won}","hs_is_closed_lost":"false","hs_deal_stage_probability":"0.40000000000000002220446049250313080847263336181640625","hs_lastmodifieddate":"2026-{day}T{time}.678Z"}},"createdAt":"2025-10-30T03:30:17.883Z","updatedAt":"2026-{day}T{time}.678Z","archived":false,"associations":{{"companies":{{"results":[{{"id":"{}","type":"deal_to_company"}}]}}}}}}"#,
                two(&row),
                row.account
            )?;
        }
        writeln!(to, r#"],"paging":{{"next":{{"after":"{page}"}}}}}}"#)?;
    }
    Ok(())
}

pub(super) fn payouts(to: &mut dyn Write, rows: u64) -> Result<()> {
    writeln!(
        to,
        "earningId,participantID,programName,transactionId,transactionCurrency,transactionDate,transactionAmount,transactionType,earningType,earningamount,earningAmountUSD,earningDate,lastPaymentCurrency,earningAmountInLastPaymentCurrency,paymentId,paymentStatus,customerName,customerTenantId,OrderId,LineItemId,productId,ProductName,storeFee,reasonCode"
    )?;
    each(rows, |row| {
        let Of { n, account, product, day, .. } = row;
        let amount = two(row);
        writeln!(
            to,
            "e-{n:012},1,Commercial Marketplace,t-{n:012},EUR,2026-{day},{amount},purchase,SELL,{amount},{amount},2026-{day},USD,{amount},p-{},Sent,Customer {account},{account:08x}-0000-4000-8000-000000000000,o-{account},l-{n},prod-{product},Product {product},3.00,",
            n / 1_000
        )
    })
}

pub(super) fn salesforce(to: &mut dyn Write, rows: u64) -> Result<()> {
    writeln!(
        to,
        r#""Id","IsDeleted","AccountId","Name","StageName","Amount","CloseDate","Type","IsClosed","IsWon","CurrencyIsoCode","CreatedDate","LastModifiedDate""#
    )?;
    each(rows, |row| {
        let Of { n, account, day, time, .. } = row;
        let won = row.cents.is_multiple_of(2);
        let stage = if won { "Closed Won" } else { "Needs Analysis" };
        writeln!(
            to,
            r#""006{n:012}","false","001{account:012}","Deal ""{n}"", renewed","{stage}","{}","2026-{day}","New Business","{won}","{won}","EUR","2025-11-11T16:52:50.000+0000","2026-{day}T{time}.000+0000""#,
            two(row),
        )
    })
}
