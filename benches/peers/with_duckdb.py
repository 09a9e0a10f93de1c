"""DuckDB: the usage becomes a Parquet file, the rest stays in tables, and a query answers."""

import sys

import tables

try:
    import duckdb
except ImportError:
    print("DuckDB is not there: run examples/python/environment.sh benches/peers/requirements.txt", file=sys.stderr)
    sys.exit(tables.NOT_THERE)

folder = tables.folder()
parquet = folder / "duckdb.parquet"
connection = duckdb.connect()
connection.execute("CREATE MACRO whole(n, d) AS n // d")
connection.execute(
    "CREATE MACRO half_even(n, d) AS n // d"
    " + CASE WHEN 2 * (n % d) > d OR (2 * (n % d) = d AND (n // d) % 2 = 1) THEN 1 ELSE 0 END"
)


def read(table):
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in tables.TABLES[table].items())
    return f"SELECT * FROM read_csv('{folder / table}.csv', header = true, columns = {{{columns}}})"


def load():
    for table in tables.TABLES:
        if table == "usage":
            connection.execute(f"COPY ({read(table)}) TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)")
            connection.execute(f"CREATE VIEW usage AS SELECT * FROM '{parquet}'")
        else:
            connection.execute(f"CREATE TABLE {table} AS {read(table)}")


_, load_s = tables.timed(load)
tables.answer(
    "duckdb",
    load_s,
    lambda: connection.execute(tables.query()).fetchall(),
    parquet_bytes=parquet.stat().st_size,
    memory_bytes=tables.memory_peak_bytes(),
)
