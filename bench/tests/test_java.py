import unittest

from lib import java


class JavaTest(unittest.TestCase):
    def test_reads_a_figure_from_each_line(self) -> None:
        self.assertEqual(java.figures("weft.balance.8 1.5\nrebuild_ms.256 2e1\n"), {"weft.balance.8": 1.5, "rebuild_ms.256": 20})

    def test_takes_nothing_else_for_a_figure(self) -> None:
        with self.assertRaises(ValueError):
            java.figures("Exception in thread main")

    def test_the_report_has_what_every_benchmark_has(self) -> None:
        report = java.report({"a.b": 1.234567}, 2, [{"x": 1.0}], "25")
        self.assertEqual(report["a"], {"b": 1.2346})
        self.assertEqual(report["runs"], 2)
        self.assertEqual(report["raw"], [{"x": 1.0}])
        self.assertEqual(report["machine"]["jdk"], "25")
        self.assertIn("commit", report)


if __name__ == "__main__":
    unittest.main()
