"""PostgreSQL: a cluster of its own in a temporary folder, on a socket there, stopped when the answer is given."""

import contextlib
import csv
import glob
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import tables

# As much as one would give it on a machine of its own; nothing is kept, so nothing has to survive a crash.
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "1GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "8GB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
}
# PostgreSQL refuses to run as root.
ACCOUNT = "postgres"

FUNCTIONS = """
CREATE FUNCTION whole(n numeric, d numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT div(n, d)';
CREATE FUNCTION half_even(n numeric, d numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT div(n, d) + CASE WHEN 2 * mod(n, d) > d OR (2 * mod(n, d) = d AND mod(div(n, d), 2) = 1) THEN 1 ELSE 0 END';
"""


def programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    program = found[-1] if found else shutil.which("initdb")
    if program is None:
        print("PostgreSQL is not there: apt-get install -y --no-install-recommends postgresql", file=sys.stderr)
        sys.exit(tables.NOT_THERE)
    return pathlib.Path(program).parent


@contextlib.contextmanager
def cluster(bin):
    """A running cluster; gives what psql is called with."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="tributary-pg-", dir=tables.folder().parent.parent))
    becoming = []
    if os.geteuid() == 0:
        of = pwd.getpwnam(ACCOUNT)
        os.chown(home, of.pw_uid, of.pw_gid)
        becoming = ["setpriv", f"--reuid={of.pw_uid}", f"--regid={of.pw_gid}", "--clear-groups"]
    data = home / "data"
    server = None
    try:
        initdb = [*becoming, bin / "initdb", "--no-sync", "--auth=trust", f"--username={ACCOUNT}", "--encoding=UTF8"]
        subprocess.run([*initdb, "--locale=C", data], cwd="/", check=True, stdout=subprocess.DEVNULL)
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        start = [*becoming, bin / "postgres", "-D", data, "-k", home, *settings]
        server = subprocess.Popen(start, cwd="/", stderr=subprocess.DEVNULL)
        psql = [bin / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", home, "-U", ACCOUNT, ACCOUNT]
        while subprocess.run([bin / "pg_isready", "-q", "-h", home]).returncode != 0:
            if server.poll() is not None:
                raise SystemExit("PostgreSQL does not start")
            time.sleep(0.1)
        yield psql
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            server.wait()
        shutil.rmtree(home)


def load(psql):
    def run(text):
        subprocess.run([*psql, "-c", text], check=True)

    for table, columns in tables.TABLES.items():
        run(f"CREATE UNLOGGED TABLE {table} ({', '.join(' '.join(column) for column in columns.items())})")
        run(f"\\copy {table} from '{tables.folder() / table}.csv' csv header")
    run("ANALYZE")
    run(FUNCTIONS)


def ask(psql):
    asked = subprocess.run([*psql, "--csv", "-t", "-c", tables.query()], check=True, stdout=subprocess.PIPE, text=True)
    return list(csv.reader(asked.stdout.splitlines()))


with cluster(programs()) as psql:
    _, load_s = tables.timed(lambda: load(psql))
    tables.answer("postgres", load_s, lambda: ask(psql), runs=1)
