"""What a reader makes of records that come again, late, or with nothing in them; needs no broker."""

import itertools
import unittest

from projected import Present


def record(key, name, revision, value):
    return key, [("ce_id", name.encode()), ("ce_revision", str(revision).encode())], value


def told(records):
    present = Present()
    changed = [present.take(*given) for given in records]
    return present, changed


class ReadingTest(unittest.TestCase):
    def test_a_change_that_comes_again_is_one(self):
        present, changed = told([record("a", "1", 1, b"x"), record("a", "1", 1, b"x")])
        self.assertEqual(changed, [True, False])
        self.assertEqual((present.values(), present.repeated), ({"a": b"x"}, 1))

    def test_an_older_change_that_comes_late_changes_nothing(self):
        present, changed = told([record("a", "2", 2, b"new"), record("a", "1", 1, b"old")])
        self.assertEqual(changed, [True, False])
        self.assertEqual((present.values(), present.outdated), ({"a": b"new"}, 1))

    def test_what_is_gone_is_not_brought_back(self):
        present, _ = told([record("a", "1", 1, b"x"), record("a", "3", 3, None), record("a", "2", 2, b"y")])
        self.assertEqual(present.values(), {})

    def test_any_order_ends_alike(self):
        records = [
            record("a", "1", 1, b"x"),
            record("a", "2", 2, None),
            record("a", "3", 3, b"z"),
            record("b", "4", 2, b"w"),
            record("b", "5", 3, None),
        ]
        for order in itertools.permutations(records + records[:1]):
            self.assertEqual(told(order)[0].values(), {"a": b"z"})


if __name__ == "__main__":
    unittest.main()
