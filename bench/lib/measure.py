"""The figures of bench/tunnel, and the steps that measure them.

A step drives one load and yields one or more figures. To add a figure: name it in FIGURES, and let a step yield it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from . import loads, proc, search
from .stats import percentile
from .world import Link

PINGS, PING_INTERVAL = 500, 0.005
_QUIET_SECONDS = 1.0
_WARM_UP_TCP_SECONDS, _WARM_UP_REVERSE_SECONDS, _WARM_UP_UDP_SECONDS = 3, 2, 1
_WARM_UP_PPS = 20_000
_UDP_START_PPS = {64: 40_000, 1280: 20_000}
_UDP_TRIAL_SECONDS = (1, 3)


@dataclass(frozen=True)
class Figure:
    """One figure: its unit, which way is better, and what it is."""

    name: str
    unit: str
    better: str
    about: str


FIGURES = (
    Figure("tcp1", "Mbit/s", "higher", "TCP goodput, one stream (iperf3)"),
    Figure("tcp4", "Mbit/s", "higher", "TCP goodput, four streams"),
    Figure("tcpr", "Mbit/s", "higher", "TCP goodput, one stream in reverse"),
    Figure("udp64_kpps", "1000/s", "higher", "64-byte datagrams delivered at < 1 % loss, highest rate"),
    Figure("udp1280_mbps", "Mbit/s", "higher", "payload of 1280-byte datagrams delivered at < 1 % loss, highest rate"),
    Figure(
        "ping_avg", "us", "lower", f"round trip at rest, mean of {PINGS} pings, one each {PING_INTERVAL * 1000:.0f} ms"
    ),
    Figure("ping_p99", "us", "lower", "the same, 99th percentile"),
    Figure("cpu_s_per_gb", "s/GB", "lower", "user and system time of both ends' processes per 10^9 bytes during tcp1"),
    Figure("peak_rss", "MiB", "lower", "highest resident memory of the larger process, after every load of this list"),
)

NAMES = tuple(figure.name for figure in FIGURES)
_OF_PROCESSES = frozenset({"cpu_s_per_gb", "peak_rss"})
WIRE_NAMES = tuple(name for name in NAMES if name not in _OF_PROCESSES)


@dataclass(frozen=True)
class Step:
    """One load on a link; `measure` gets the link and the seconds that a load lasts."""

    gives: tuple[str, ...]
    measure: Callable[[Link, float], dict[str, float]]


def warm_up(link: Link) -> None:
    """The same for every implementation: a JIT compiler needs a few seconds to full speed, the others do not mind."""
    loads.tcp(link, _WARM_UP_TCP_SECONDS)
    loads.tcp(link, _WARM_UP_REVERSE_SECONDS, reverse=True)
    loads.udp(link, 64, _WARM_UP_PPS, _WARM_UP_UDP_SECONDS)


def plan(names: Collection[str]) -> list[Step]:
    """The steps that give the figures asked for, in the order in which they run; peak_rss wants every load."""
    if "peak_rss" in names:
        return list(_STEPS)
    return [step for step in _STEPS if set(step.gives) & set(names)]


def _pings(link: Link, _: float) -> dict[str, float]:
    time.sleep(_QUIET_SECONDS)
    times = loads.ping(link, PINGS, PING_INTERVAL)
    return {"ping_avg": statistics.fmean(times), "ping_p99": percentile(times, 99)}


def _tcp1(link: Link, seconds: float) -> dict[str, float]:
    before = _cpu(link)
    transfer = loads.tcp(link, seconds)
    figures = {"tcp1": transfer.bits_per_second / 1e6}
    if link.processes:
        figures["cpu_s_per_gb"] = (_cpu(link) - before) / (transfer.bytes / 1e9)
    return figures


def _cpu(link: Link) -> float:
    return sum(proc.cpu_seconds(pid) for pid in link.processes)


def _tcp4(link: Link, seconds: float) -> dict[str, float]:
    return {"tcp4": loads.tcp(link, seconds, streams=4).bits_per_second / 1e6}


def _tcpr(link: Link, seconds: float) -> dict[str, float]:
    return {"tcpr": loads.tcp(link, seconds, reverse=True).bits_per_second / 1e6}


def _udp64(link: Link, seconds: float) -> dict[str, float]:
    return {"udp64_kpps": _highest_pps(link, 64, seconds) / 1e3}


def _udp1280(link: Link, seconds: float) -> dict[str, float]:
    return {"udp1280_mbps": _highest_pps(link, 1280, seconds) * 1280 * 8 / 1e6}


def _highest_pps(link: Link, size: int, seconds: float) -> float:
    shortest, longest = _UDP_TRIAL_SECONDS
    trial_seconds = min(longest, max(shortest, seconds / 2))
    return search.highest_rate(lambda rate: loads.udp(link, size, rate, trial_seconds), _UDP_START_PPS[size]).received


def _peak_rss(link: Link, _: float) -> dict[str, float]:
    return {"peak_rss": max(proc.peak_rss_mib(pid) for pid in link.processes)}


_STEPS = (
    Step(("ping_avg", "ping_p99"), _pings),
    Step(("tcp1", "cpu_s_per_gb"), _tcp1),
    Step(("tcp4",), _tcp4),
    Step(("tcpr",), _tcpr),
    Step(("udp64_kpps",), _udp64),
    Step(("udp1280_mbps",), _udp1280),
    Step(("peak_rss",), _peak_rss),
)
