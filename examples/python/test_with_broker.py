"""Fills projected topics as the ledger does, badly timed, and compares what statements.py prints: test_with_broker.py BROKER"""

import pathlib
import subprocess
import sys
import uuid

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
from tributary.feed.v1.statements_pb2 import Balance, Statement, StatementLine

EXPECTED = """\
period   status  line        for      plan    amount  payable
2026-01  closed  accrual     2026-01  resale  120.00           EUR
2026-01  closed  balance                      120.00   120.00  EUR
2026-02  closed  accrual     2026-02  resale   80.00           EUR
2026-02  closed  adjustment  2026-01  resale  -20.00           EUR
2026-02  closed  balance                      180.00   150.00  EUR
2026-03  open    accrual     2026-03  resale    7.50           EUR
2026-03  open    balance                      187.50   157.50  EUR
"""


def statement(period, status, lines, closing, payable, partner="northwind"):
    lines = [StatementLine(plan="resale", period=of, kind=kind, amount=amount) for of, kind, amount in lines]
    balance = Balance(closing=closing, payable=payable)
    said = Statement(
        partner=partner, period=period, currency="EUR", status=status, lines=lines, balance=balance
    )
    return said.SerializeToString()


def fill(broker, prefix):
    topics = [NewTopic(prefix + name, 3, 1, config={"cleanup.policy": "compact"}) for name in ("statements", "accruals")]
    admin = AdminClient({"bootstrap.servers": broker})  # kept: what it was asked ends with it
    for made in admin.create_topics(topics).values():
        made.result(30)
    producer = Producer({"bootstrap.servers": broker, "enable.idempotence": True})
    failed = []

    def say(topic, key, revision, value):
        name = f"{topic}/{key}/{revision}"
        headers = {
            "ce_specversion": "1.0",
            "ce_id": name,
            "ce_source": "tributary/test",
            "ce_type": f"tributary.feed.{topic}.v1",
            "ce_subject": key,
            "ce_revision": str(revision),
        }
        said = [(name, text.encode()) for name, text in headers.items()]
        producer.produce(
            prefix + topic, key=key, value=value, headers=said, on_delivery=lambda error, _: error and failed.append(error)
        )

    january = statement("2026-01", "closed", [("2026-01", "accrual", "120.00")], "120.00", "120.00")
    lines = [("2026-02", "accrual", "80.00"), ("2026-01", "adjustment", "-20.00")]
    february = statement("2026-02", "closed", lines, "180.00", "150.00")
    say("statements", "northwind/2026-01", 10, january)
    say("statements", "northwind/2026-02", 20, february)
    say("statements", "northwind/2026-02", 20, february)  # a publisher that crashed and said it again
    say("statements", "northwind/2026-01", 9, statement("2026-01", "closed", [], "0", "0"))  # one that slept
    say("statements", "southwind/2026-01", 10, statement("2026-01", "closed", [], "1", "1", partner="southwind"))
    say("statements", "northwind/2025-12", 5, statement("2025-12", "closed", [], "9", "9"))
    say("statements", "northwind/2025-12", 6, None)
    say("accruals", "northwind", 30, statement("2026-03", "open", [("2026-03", "accrual", "7.50")], "187.50", "157.50"))
    if producer.flush(30) or failed:
        sys.exit(f"cannot fill the topics: {failed}")


def main():
    broker = sys.argv[1]
    prefix = f"python-example-{uuid.uuid4().hex}."
    fill(broker, prefix)
    program = pathlib.Path(__file__).with_name("statements.py")
    arguments = [sys.executable, program, "--brokers", broker, "--prefix", prefix, "--partner", "northwind"]
    ran = subprocess.run(arguments, capture_output=True, text=True, timeout=120, check=False)
    counted = f"{prefix}statements: 1 repeated, 1 outdated\n{prefix}accruals: 0 repeated, 0 outdated\n"
    # librdkafka says things of its own there.
    told = "".join(line for line in ran.stderr.splitlines(keepends=True) if line.startswith(prefix))
    if (ran.returncode, ran.stdout, told) != (0, EXPECTED, counted):
        sys.exit(f"exit code {ran.returncode}; printed:\n{ran.stdout}{ran.stderr}\nexpected:\n{EXPECTED}{counted}")
    print("what was printed is what was expected")


if __name__ == "__main__":
    main()
