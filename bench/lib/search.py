"""The highest rate that a path carries under 1 % loss, by bisection.

A trial offers a rate and reports what was sent and what arrived. Rates are doubled from a start value until one
fails (or halved until one passes), then the interval is bisected geometrically until its ends are 4 % apart. Where the
sender itself could not keep up, the rate that it reached counts, and the search ends where asking for more gains
nothing. A rate that fails, or that the sender falls short of, is tried once more: one hiccup of the machine costs a
short trial more than 1 %.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

LOSS_LIMIT = 0.01
PRECISION = 0.04
SENDER_KEPT_UP = 0.95
LOWEST_PPS = 500.0


class NoRateFound(Exception):
    """Even the lowest rate lost 1 % or more."""


@dataclass(frozen=True)
class Trial:
    """One trial; rates in datagrams per second."""

    asked: float
    sent: float
    received: float

    @property
    def loss(self) -> float:
        return 1.0 if self.sent <= 0 else max(0.0, 1 - self.received / self.sent)

    @property
    def passed(self) -> bool:
        return self.loss < LOSS_LIMIT

    @property
    def sender_kept_up(self) -> bool:
        return self.sent >= SENDER_KEPT_UP * self.asked


def highest_rate(offer: Callable[[float], Trial], start: float) -> Trial:
    """The passing trial with the highest delivered rate."""
    best, above = _bracket(offer, start)
    while above / best.received > 1 + PRECISION:
        asked = math.sqrt(best.received * above)
        trial = _attempt(offer, asked)
        if trial.passed and trial.received > best.received:
            best = trial
        if not trial.passed or not trial.sender_kept_up or trial.received <= best.received < asked:
            above = asked
    return best


def _bracket(offer: Callable[[float], Trial], start: float) -> tuple[Trial, float]:
    """A passing trial and a rate above it that does not pass."""
    trial = _attempt(offer, start)
    if not trial.passed:
        while not trial.passed:
            failing = trial.asked
            if failing / 2 < LOWEST_PPS:
                raise NoRateFound(f"{trial.loss:.0%} of the datagrams were lost at {failing:.0f}/s")
            trial = _attempt(offer, failing / 2)
        return trial, failing
    best = trial
    while True:
        trial = _attempt(offer, trial.asked * 2)
        if not trial.passed or trial.received < best.received * (1 + PRECISION):
            return best, trial.asked
        best = trial


def _attempt(offer: Callable[[float], Trial], rate: float) -> Trial:
    first = offer(rate)
    if first.passed and first.sender_kept_up:
        return first
    return max(first, offer(rate), key=lambda trial: (trial.passed, trial.received))
