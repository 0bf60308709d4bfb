import unittest

from lib import stats


class PercentileTest(unittest.TestCase):
    def test_is_a_value_that_was_seen(self) -> None:
        self.assertEqual(stats.percentile(range(1, 501), 99), 495)
        self.assertEqual(stats.percentile([3.0, 1.0, 2.0], 50), 2.0)

    def test_of_one_value_is_that_value(self) -> None:
        self.assertEqual(stats.percentile([7.0], 99), 7.0)

    def test_of_nothing_is_refused(self) -> None:
        with self.assertRaises(ValueError):
            stats.percentile([], 99)


class MediansTest(unittest.TestCase):
    def test_is_taken_of_each_figure_by_itself(self) -> None:
        runs = [{"a": 1.0, "b": 30.0}, {"a": 5.0, "b": 10.0}, {"a": 2.0, "b": 20.0}]
        self.assertEqual(stats.medians(runs, 3), {"a": 2.0, "b": 20.0})

    def test_leaves_out_a_figure_that_one_run_lacks(self) -> None:
        self.assertEqual(stats.medians([{"a": 1.0, "b": 1.0}, {"a": 3.0}], 2), {"a": 2.0})
        self.assertEqual(stats.medians([{"a": 1.0}, {"a": 3.0, "b": 1.0}], 2), {"a": 2.0})


class RatiosTest(unittest.TestCase):
    def test_are_program_over_peer(self) -> None:
        self.assertEqual(stats.ratios({"tcp1": 3.0}, {"tcp1": 2.0}), {"tcp1": 1.5})

    def test_leave_out_what_one_side_lacks_or_has_as_zero(self) -> None:
        self.assertEqual(stats.ratios({"a": 1.0, "b": 1.0}, {"b": 0.0, "c": 1.0}), {})


class NestTest(unittest.TestCase):
    def test_dots_open_objects(self) -> None:
        flat = {"commit": "c", "ratio.tcp1": 1.2, "ratio.tcp4": 1.1, "median.peer.tcp1": 9.0}
        nested = {"commit": "c", "ratio": {"tcp1": 1.2, "tcp4": 1.1}, "median": {"peer": {"tcp1": 9.0}}}
        self.assertEqual(stats.nest(flat), nested)

    def test_a_name_cannot_be_both_value_and_object(self) -> None:
        for names in (["a", "a.b"], ["a.b", "a"]):
            with self.subTest(names), self.assertRaises(ValueError):
                stats.nest(dict.fromkeys(names, 1))


class RoundedTest(unittest.TestCase):
    def test_keeps_five_digits_of_floats_and_leaves_the_rest(self) -> None:
        value = {"runs": [{"tcp1": 2345.678901, "n": 1234567, "s": "x", "none": None}]}
        self.assertEqual(stats.rounded(value), {"runs": [{"tcp1": 2345.7, "n": 1234567, "s": "x", "none": None}]})
