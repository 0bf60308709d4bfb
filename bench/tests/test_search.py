import random
import unittest
from collections.abc import Callable

from lib.search import LOSS_LIMIT, PRECISION, NoRateFound, Trial, highest_rate


def path(capacity: float) -> Callable[[float], Trial]:
    """Carries up to `capacity` and drops the rest."""
    return lambda rate: Trial(rate, rate, min(rate, capacity))


class HighestRateTest(unittest.TestCase):
    def test_is_found_wherever_it_lies_around_the_start(self) -> None:
        for capacity in (900, 9_000, 39_999, 40_000, 70_000, 1_000_000):
            with self.subTest(capacity=capacity):
                found = highest_rate(path(capacity), 40_000)
                self.assertLessEqual(found.received, capacity)
                self.assertGreater(found.received, capacity * (1 - PRECISION - LOSS_LIMIT))

    def test_never_reports_a_trial_that_lost_too_much(self) -> None:
        chance = random.Random(7)
        for _ in range(200):
            carries = path(chance.uniform(1_000, 500_000))

            def noisy(rate: float, carries: Callable[[float], Trial] = carries) -> Trial:
                return Trial(rate, rate, carries(rate).received * chance.uniform(0.97, 1))

            try:
                self.assertLess(highest_rate(noisy, 40_000).loss, LOSS_LIMIT)
            except NoRateFound:
                continue

    def test_one_bad_trial_does_not_decide(self) -> None:
        trials = 0

        def hiccup(rate: float) -> Trial:
            nonlocal trials
            trials += 1
            return Trial(rate, rate, rate * 0.5) if trials == 1 else path(100_000)(rate)

        self.assertGreater(highest_rate(hiccup, 40_000).received, 95_000)

    def test_a_sender_that_cannot_keep_up_ends_the_search_with_what_it_reached(self) -> None:
        asked: list[float] = []

        def slow_sender(rate: float) -> Trial:
            asked.append(rate)
            return Trial(rate, min(rate, 150_000), min(rate, 150_000))

        found = highest_rate(slow_sender, 40_000)
        self.assertAlmostEqual(found.received, 150_000, delta=1)
        self.assertLess(len(asked), 20)

    def test_a_sender_that_stumbles_at_the_start_does_not_end_the_search(self) -> None:
        trials = 0

        def stumbling(rate: float) -> Trial:
            nonlocal trials
            trials += 1
            sent = rate * (0.9 if trials <= 2 else 1)
            return Trial(rate, sent, min(sent, 100_000))

        self.assertGreater(highest_rate(stumbling, 20_000).received, 95_000)

    def test_ends_where_the_same_rate_never_gives_the_same_result(self) -> None:
        chance = random.Random(11)
        for _ in range(200):
            trials = 0

            def fickle(rate: float) -> Trial:
                nonlocal trials
                trials += 1
                self.assertLess(trials, 100)
                sent = min(rate, 200_000) * chance.uniform(0.5, 1)
                return Trial(rate, sent, sent * chance.choice([1, 0.8]))

            try:
                highest_rate(fickle, 40_000)
            except NoRateFound:
                continue

    def test_a_path_that_drops_everything_fails(self) -> None:
        with self.assertRaisesRegex(NoRateFound, "100%"):
            highest_rate(path(0), 40_000)


class TrialTest(unittest.TestCase):
    def test_loss_is_judged_by_what_was_sent_not_asked(self) -> None:
        self.assertTrue(Trial(asked=100, sent=50, received=50).passed)
        self.assertFalse(Trial(asked=100, sent=100, received=99).passed)
        self.assertFalse(Trial(asked=100, sent=0, received=0).passed)
