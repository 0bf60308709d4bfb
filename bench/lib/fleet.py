"""bench/fleet: the tables of made-up cities, and what passing on costs; each run has JVMs of its own."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from . import java, need, proc
from .need import Missing
from .options import count

_RUN_SECONDS = 900
_SCHEMES = ("weft", "maglev", "rendezvous")
_FORWARD_ROUNDS = 15
_JVM = ("-Xms16m", "-Xmx512m")
_FORWARD_JVM = ("-Xms256m", "-Xmx512m")
def summary_of(name: str) -> Callable[[Sequence[float]], float]:
    """Balance is promised for every city, so the worst counts; disruption is a mean over cities; times are medians."""
    words = name.split(".")
    if {"balance", "spread", "after"} & set(words):
        return max
    if "ready" in words:
        return min
    timed = words[0].endswith("_ms") or words[0].startswith(("forward_", "open_"))
    return statistics.median if timed else statistics.fmean


def report(runs: Sequence[dict[str, float]], seeds: Sequence[int], jdk: str | None) -> dict[str, Any]:
    values = {name: summary_of(name)([run[name] for run in runs]) for name in runs[0]}
    return java.report(values, len(runs), [{"seed": s, "figures": run} for s, run in zip(seeds, runs, strict=True)], jdk)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    seeds = range(options.seed, options.seed + options.runs)
    runs = []
    try:
        need.root()
        need.tun()
        need.programs(("ip", "nft"))
        home = java.build("fleet", ["fleet", "edge"])
        for number, seed in enumerate(seeds, 1):
            need.say(f"run {number} of {options.runs}: cities of seed {seed}")
            runs.append(_run(home, seed))
    except (Missing, proc.CommandFailed) as e:
        need.say(f"bench/fleet: {e}")
        return 2 if isinstance(e, Missing) else 1
    except KeyboardInterrupt:
        return 130
    result = report(runs, seeds, proc.jdk_release(home))
    print(json.dumps(result) if options.json else _table(result))
    return 0


def _run(home: Path, seed: int) -> dict[str, float]:
    tables = java.run(home, "fleet", "weft.fleet.FleetBench", (seed,), seconds=_RUN_SECONDS, jvm=_JVM)
    costs = java.run(
        home, "edge", "weft.edge.ForwardBench", (_FORWARD_ROUNDS,), seconds=_RUN_SECONDS, jvm=_FORWARD_JVM, alone=True
    )
    return java.figures(tables) | java.figures(costs)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/fleet",
        description="Makes the tables of cities of 8 to 256 equal edges and prints how even they are and how much "
        "moves when an edge leaves or joins, beside Maglev's tables and plain rendezvous hashing; and how long a table "
        "takes; and what passing a datagram on costs an edge, beside opening it. Builds what it needs. Needs root, for a "
        "network namespace of its own. bench/README.md explains the figures.",
    )
    parser.add_argument("--runs", metavar="N", type=count, default=5, help="cities of each size (default 5)")
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="of the first run's names (default 1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object, alone on standard output")
    return parser.parse_args(arguments)


def _table(result: dict[str, Any]) -> str:
    lines = []
    sizes = list(result["weft"]["balance"])
    for scheme in _SCHEMES:
        lines.append(f"{scheme + ', edges':22}" + "".join(f"{size:>9}" for size in sizes))
        for figure, values in result[scheme].items():
            lines.append(f"  {figure:20}" + "".join(f"{values[size]:>9.4f}" for size in sizes))
    for name in (name for name in result if name.endswith("_ms")):
        lines.extend(f"{name + ', ' + size + ' edges':40}{value:>9.4g}" for size, value in result[name].items())
    lines.extend(f"{name:40}{value:>9.4g}" for name, value in result.items() if name.startswith(("forward_", "open_")))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
