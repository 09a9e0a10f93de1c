"""The tables that `scale` writes for the peers, and what a peer gives back: shared by all of them."""

import csv
import pathlib
import statistics
import sys
import time

# Columns and their types, in SQL's words. Amounts and rates are whole numbers of 10^-12, shares of 10^-9.
TABLES = {
    "usage": {
        "source": "text",
        "id": "text",
        "subject": "text",
        "product": "text",
        "vendor": "text",
        "time": "timestamp",
        "recorded": "timestamp",
        "quantity": "bigint",
        "unit": "text",
        "amount": "bigint",
        "currency": "text",
    },
    "aliases": {"subject": "text", "account": "text"},
    "deals": {"deal": "text", "account": "text", "term_start": "date", "term_end": "date"},
    "lines": {"deal": "text", "product": "text"},
    "teams": {"deal": "text", "partner": "text", "role": "text"},
    "registrants": {"deal": "text", "partner": "text"},
    "splits": {"role": "text", "share": "bigint"},
    "rates": {"day": "date", "base": "text", "rate": "bigint"},
}

# Said instead of a result when the engine is not there.
NOT_THERE = 3


def folder():
    return pathlib.Path(sys.argv[1])


def query():
    return (pathlib.Path(__file__).parent / "commission.sql").read_text()


def timed(run):
    began = time.monotonic()
    given = run()
    return given, time.monotonic() - began


def answer(name, load_s, run, runs=3, **figures):
    """Asks so many times, keeps the rows as `<name>.csv`, and prints the figures, a line each."""
    asked = [timed(run) for _ in range(runs)]
    rows = asked[-1][0]
    with (folder() / f"{name}.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(sorted((partner, plan, int(cents)) for partner, plan, cents in rows))
    figures |= {"load_s": load_s, "query_s": statistics.median(taken for _, taken in asked)}
    for figure, value in figures.items():
        print(f"{name}_{figure}\t{value}")


def memory_peak_bytes():
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
