"""Polars: the usage becomes a Parquet file, and a lazy query over it answers. The steps are those of commission.sql."""

import sys
from datetime import date, datetime

import tables

try:
    import polars as pl
except ImportError:
    print("Polars is not there: run examples/python/environment.sh benches/peers/requirements.txt", file=sys.stderr)
    sys.exit(tables.NOT_THERE)

KINDS = {"text": pl.String, "bigint": pl.Int64, "date": pl.Date, "timestamp": pl.Datetime("us")}
folder = tables.folder()
parquet = folder / "polars.parquet"


def read(table):
    schema = {name: pl.String if kind == "timestamp" else KINDS[kind] for name, kind in tables.TABLES[table].items()}
    frame = pl.scan_csv(folder / f"{table}.csv", schema=schema)
    times = [name for name, kind in tables.TABLES[table].items() if kind == "timestamp"]
    return frame.with_columns(pl.col(times).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us")) if times else frame


def load():
    read("usage").sink_parquet(parquet, compression="zstd")
    return {table: read(table).collect() for table in tables.TABLES if table != "usage"}


def half_even(n, d):
    whole, rest = n // d, n % d
    up = (2 * rest > d) | ((2 * rest == d) & (whole % 2 == 1))
    return whole + up.cast(pl.Int128)


def commission(of):
    used = (
        pl.scan_parquet(parquet)
        .filter(pl.col("time").is_between(datetime(2026, 2, 1), datetime(2026, 4, 1), closed="left"))
        .group_by("subject", "product", pl.col("time").dt.date().alias("day"), "currency")
        .agg(pl.col("amount").sum())
    )
    daily = (
        used.join(of["aliases"].lazy(), on="subject", how="left")
        .with_columns(pl.coalesce("account", pl.col("subject").str.slice(8)).alias("account"))
        .join(of["deals"].lazy(), on="account")
        # Left lazy, the planner joins by the term alone: every row with every deal, in tens of gigabytes.
        .collect()
        .lazy()
        .filter(pl.col("day").is_between("term_start", "term_end"))
        .join(of["lines"].lazy(), on=["deal", "product"])
        .group_by("deal", "account", "product", "day", "currency")
        .agg(pl.col("amount").sum().cast(pl.Int128))
    )
    rates = of["rates"].lazy().with_columns(pl.col("rate").cast(pl.Int128))
    monthly = (
        daily.join(rates, left_on=["day", "currency"], right_on=["day", "base"], how="left")
        .with_columns(
            pl.when(pl.col("currency") == "USD")
            .then("amount")
            .otherwise(half_even(pl.col("amount") * pl.col("rate"), 10**12))
            .alias("amount")
        )
        .group_by("deal", "account", (pl.col("day") >= date(2026, 3, 1)).alias("march"))
        .agg(pl.col("amount").sum())
    )
    registrants = of["registrants"].lazy()
    shares = pl.concat(
        [
            of["teams"]
            .lazy()
            .join(of["splits"].lazy(), on="role")
            .join(registrants.select("deal", registered=pl.lit(True)), on="deal", how="left")
            .select(
                "deal",
                "partner",
                pl.when(pl.col("registered").is_null())
                .then("share")
                .otherwise(pl.col("share") * 400_000_000 // 1_000_000_000)
                .alias("share"),
            ),
            registrants.select("deal", "partner", share=pl.lit(600_000_000, dtype=pl.Int64)),
        ]
    )
    credits = (
        monthly.join(shares, on="deal")
        .group_by("partner", "account", "march")
        .agg((pl.col("amount") * pl.col("share").cast(pl.Int128)).sum().alias("credit"))
        .collect(engine="streaming")
        .lazy()
    )
    return pl.concat([growth(credits), volume(credits)]).filter(pl.col("cents") > 0).collect().rows()


def growth(credits):
    credit, base, compared, paid = (pl.col(name) for name in ("credit", "base", "compared", "paid"))
    return (
        credits.group_by("partner")
        .agg(
            half_even(credit.filter(pl.col("march")).sum(), 10**9).alias("base"),
            half_even(credit.filter(~pl.col("march")).sum(), 10**9).alias("compared"),
        )
        .with_columns(
            half_even(
                base.clip(upper_bound=10**16) * 50
                + (base.clip(upper_bound=10**17) - 10**16).clip(lower_bound=0) * 80
                + (base - 10**17).clip(lower_bound=0) * 100,
                1000,
            ).alias("paid")
        )
        .with_columns(
            pl.when((compared > 0) & ((base - compared) * 10 >= compared * 5))
            .then(half_even(paid * 125, 100))
            .when((compared > 0) & ((base - compared) * 10 >= compared))
            .then(half_even(paid * 110, 100))
            .otherwise(paid)
            .alias("paid")
        )
        .select("partner", plan=pl.lit("growth-2026"), cents=half_even(paid, 10**10))
    )


def volume(credits):
    base = half_even(pl.col("credit"), 10**9)
    rate = pl.when(base >= 10**16).then(20).when(base >= 10**15).then(15).otherwise(10).cast(pl.Int128)
    return (
        credits.filter(pl.col("march"))
        .select("partner", cents=half_even(half_even(base * rate, 1000), 10**10))
        .group_by("partner")
        .agg(pl.col("cents").sum())
        .select("partner", plan=pl.lit("volume-2026"), cents="cents")
    )


of, load_s = tables.timed(load)
tables.answer("polars", load_s, lambda: commission(of), memory_bytes=tables.memory_peak_bytes())
