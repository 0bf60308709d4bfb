import unittest

from lib import scale


class ScaleTest(unittest.TestCase):
    def test_the_table_has_a_row_for_each_kind_of_event(self) -> None:
        row = {"events": 3, "disruption": 1.01, "balance": 1.02, "second_hops": 0.05, "takeovers": 7, "lost": 0}
        result = {
            "simulation": {"add": row, "kill": row, "edges": 1694},
            "bytes": {"registered": 1133.2, "idle": 2000.0, "live": 9000.0},
        }
        lines = scale.table(result).splitlines()
        self.assertEqual(len(lines), 6)
        self.assertTrue(lines[1].startswith("add"))
        self.assertTrue(lines[-1].startswith("bytes.live") and lines[-1].endswith("9000"))


if __name__ == "__main__":
    unittest.main()
