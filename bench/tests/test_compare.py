import unittest

from lib import measure
from lib.compare import Comparison, Side
from lib.wireguard import Implementation


def comparison(program: list[dict[str, float]], peer: list[dict[str, float]]) -> Comparison:
    sides = [Side("program", Implementation("a", {}, ("a",)), "1", program)]
    sides.append(Side("peer", Implementation("X=1 b", {"X": "1"}, ("b",)), "2", peer))
    return Comparison(("tcp1", "ping_avg"), 5.0, len(program), sides)


class ReportTest(unittest.TestCase):
    def test_has_ratios_of_medians_under_nested_keys(self) -> None:
        report = comparison([{"tcp1": 1.0}, {"tcp1": 3.0}, {"tcp1": 9.0}], [{"tcp1": 2.0}] * 3).report()
        self.assertEqual(report["ratio"], {"tcp1": 1.5})
        self.assertEqual(report["median"], {"program": {"tcp1": 3.0}, "peer": {"tcp1": 2.0}})
        self.assertEqual(report["peer"], {"command": "X=1 b", "version": "2"})
        self.assertEqual(report["runs"], 3)
        self.assertEqual(set(report["machine"]), {"cpu", "cores", "kernel", "jdk"})
        self.assertIn("commit", report)

    def test_gives_no_ratio_of_a_figure_that_a_run_failed_to_give(self) -> None:
        report = comparison(
            [{"tcp1": 1.0, "ping_avg": 1.0}] * 2, [{"tcp1": 2.0, "ping_avg": 1.0}, {"tcp1": 2.0}]
        ).report()
        self.assertEqual(report["ratio"], {"tcp1": 0.5})


class PlanTest(unittest.TestCase):
    def test_every_figure_has_a_step(self) -> None:
        for name in measure.NAMES:
            with self.subTest(name):
                self.assertTrue(any(name in step.gives for step in measure.plan([name])))

    def test_runs_only_the_loads_that_are_asked_for(self) -> None:
        self.assertEqual([step.gives for step in measure.plan(["cpu_s_per_gb"])], [("tcp1", "cpu_s_per_gb")])

    def test_peak_memory_is_read_after_every_load(self) -> None:
        steps = measure.plan(["peak_rss"])
        self.assertEqual(steps[-1].gives, ("peak_rss",))
        self.assertEqual({name for step in steps for name in step.gives}, set(measure.NAMES))
