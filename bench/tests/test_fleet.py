import unittest

from lib import fleet


class FleetTest(unittest.TestCase):
    def test_the_worst_city_gives_the_balance_and_the_mean_of_all_gives_the_disruption(self) -> None:
        runs = [
            {"rebuild_ms.256": ms, "weft.balance.8": balance, "weft.disruption.8": disruption, "weft.ready.8": ready}
            for ms, balance, disruption, ready in ((9.0, 1.01, 1.0, 0.98), (2.0, 1.02, 1.1, 1.0), (3.0, 1.0, 1.2, 0.99))
        ]
        report = fleet.report(runs, (5, 6, 7), "25")
        self.assertEqual(report["weft"], {"balance": {"8": 1.02}, "disruption": {"8": 1.1}, "ready": {"8": 0.98}})
        self.assertEqual(report["rebuild_ms"], {"256": 3.0})
        self.assertEqual(report["runs"], 3)
        self.assertEqual(report["raw"][0], {"seed": 5, "figures": runs[0]})
        self.assertEqual(report["machine"]["jdk"], "25")
        self.assertIn("commit", report)

    def test_costs_are_medians(self) -> None:
        self.assertEqual(fleet.summary_of("forward_over_open")([0.2, 0.9, 0.3]), 0.3)
        self.assertEqual(fleet.summary_of("open_ns_small")([1, 9, 2]), 2)


if __name__ == "__main__":
    unittest.main()
