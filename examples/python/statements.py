"""Prints the statements of a partner: python statements.py --brokers localhost:9092 --partner northwind"""

import argparse
import sys

from google.protobuf.message import DecodeError
from tributary.feed.v1.statements_pb2 import Statement

from projected import read

HEAD = ("period", "status", "line", "for", "plan", "amount", "payable", "")


def rows(statement):
    """A row for each line of a statement, and one for what is owed after it."""
    for line in statement.lines:
        yield (statement.period, statement.status, line.kind, line.period, line.plan, line.amount, "", statement.currency)
    balance = statement.balance
    yield (statement.period, statement.status, "balance", "", "", balance.closing, balance.payable, statement.currency)


def table(lines):
    """Columns as wide as they must be; amounts stand to the right."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    numbers = (HEAD.index("amount"), HEAD.index("payable"))
    for line in lines:
        cells = (
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths))
        )
        yield "  ".join(cells).rstrip()


def statements(present, partner):
    """The statements of a partner, by period."""
    found = (Statement.FromString(value) for value in present.values().values())
    return sorted((statement for statement in found if statement.partner == partner), key=lambda said: said.period)


def main():
    arguments = argparse.ArgumentParser(description="prints the statements of a partner from the ledger's projected topics")
    arguments.add_argument("--brokers", required=True, help="host:port, several with commas between")
    arguments.add_argument("--partner", required=True)
    arguments.add_argument("--prefix", default="tributary.", help="what the topics' names begin with (tributary.)")
    arguments.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of librdkafka's")
    given = arguments.parse_args()
    settings = {"bootstrap.servers": given.brokers, **dict(setting.split("=", 1) for setting in given.set)}

    lines = [HEAD]
    for topic in ("statements", "accruals"):
        name = given.prefix + topic
        present = read(settings, name)
        try:
            for statement in statements(present, given.partner):
                lines.extend(rows(statement))
        except DecodeError as error:
            sys.exit(f"`{name}` holds what is no statement: {error}")
        print(f"{name}: {present.repeated} repeated, {present.outdated} outdated", file=sys.stderr)
    print("\n".join(table(lines)))


if __name__ == "__main__":
    main()
