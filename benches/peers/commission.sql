-- Commission of March 2026 by partner and plan, in cents: what the rules say of the workload of benches/src/workload/program.rs,
-- and no more. Amounts are whole numbers of 10^-12, shares of 10^-9. Nothing here is negative. `half_even(n, d)` is n / d
-- rounded half to even, `whole(n, d)` is n / d rounded down; each engine defines both.
WITH used AS (
    SELECT subject, product, CAST(time AS date) AS day, currency, sum(amount) AS amount
    FROM usage
    -- The accelerator compares with February.
    WHERE time >= '2026-02-01' AND time < '2026-04-01'
    GROUP BY subject, product, CAST(time AS date), currency
), daily AS ( -- D5, F5, I3; a product is of one vendor
    SELECT deals.deal, deals.account, used.product, used.day, used.currency, sum(used.amount) AS amount
    FROM used
    LEFT JOIN aliases ON aliases.subject = used.subject
    JOIN deals ON deals.account = coalesce(aliases.account, substr(used.subject, 9))
        AND used.day >= deals.term_start AND used.day <= deals.term_end
    JOIN lines ON lines.deal = deals.deal AND lines.product = used.product
    GROUP BY deals.deal, deals.account, used.product, used.day, used.currency
), converted AS ( -- F5: the rate of the day; every day has one
    SELECT daily.deal, daily.account, daily.day,
        CASE WHEN daily.currency = 'USD' THEN daily.amount ELSE half_even(daily.amount * rates.rate, 1000000000000) END AS amount
    FROM daily
    LEFT JOIN rates ON rates.day = daily.day AND rates.base = daily.currency
), monthly AS (
    SELECT deal, account, CASE WHEN day >= '2026-03-01' THEN 1 ELSE 0 END AS march, sum(amount) AS amount
    FROM converted
    GROUP BY deal, account, CASE WHEN day >= '2026-03-01' THEN 1 ELSE 0 END
), shares AS ( -- A3, A4: each role has one partner, and a registrant gets 0.6 before the others divide the rest
    SELECT teams.deal, teams.partner,
        CASE WHEN registrants.deal IS NULL THEN splits.share ELSE whole(splits.share * 400000000, 1000000000) END AS share
    FROM teams
    JOIN splits ON splits.role = teams.role
    LEFT JOIN registrants ON registrants.deal = teams.deal
    UNION ALL
    SELECT deal, partner, 600000000 FROM registrants
), credits AS ( -- C1
    SELECT shares.partner, monthly.account, monthly.march, sum(monthly.amount * shares.share) AS credit
    FROM monthly
    JOIN shares ON shares.deal = monthly.deal
    GROUP BY shares.partner, monthly.account, monthly.march
), bases AS ( -- M2 by partner
    SELECT partner,
        half_even(sum(CASE WHEN march = 1 THEN credit ELSE 0 END), 1000000000) AS base,
        half_even(sum(CASE WHEN march = 0 THEN credit ELSE 0 END), 1000000000) AS compared
    FROM credits
    GROUP BY partner
), graduated AS ( -- M3
    SELECT partner, base, compared,
        half_even(
            least(base, 10000000000000000) * 50
            + greatest(least(base, 100000000000000000) - 10000000000000000, 0) * 80
            + greatest(base - 100000000000000000, 0) * 100,
            1000) AS commission
    FROM bases
), accelerated AS ( -- M4
    SELECT partner,
        CASE
            WHEN compared > 0 AND (base - compared) * 10 >= compared * 5 THEN half_even(commission * 125, 100)
            WHEN compared > 0 AND (base - compared) * 10 >= compared THEN half_even(commission * 110, 100)
            ELSE commission
        END AS commission
    FROM graduated
), by_account AS ( -- M2 by account
    SELECT partner, account, half_even(credit, 1000000000) AS base
    FROM credits
    WHERE march = 1
), volume AS ( -- M3
    SELECT partner,
        half_even(
            base * CASE WHEN base >= 10000000000000000 THEN 20 WHEN base >= 1000000000000000 THEN 15 ELSE 10 END,
            1000) AS commission
    FROM by_account
), paid AS ( -- M5
    SELECT partner, 'growth-2026' AS plan, half_even(commission, 10000000000) AS cents FROM accelerated
    UNION ALL
    SELECT partner, 'volume-2026' AS plan, sum(half_even(commission, 10000000000)) AS cents FROM volume GROUP BY partner
)
SELECT partner, plan, CAST(cents AS bigint) AS cents FROM paid WHERE cents > 0 ORDER BY partner, plan
