"""bench/fleet: the tables of made-up cities, by `weft.fleet.FleetBench` in a JVM of its own for each run."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from . import machine, need, proc, stats
from .need import ROOT, Missing

_RUN_SECONDS = 900
_SCHEMES = ("weft", "maglev", "rendezvous")
_CLASSES = ROOT / "fleet" / "target"
_JVM = ("-XX:+UseSerialGC", "-Xms16m", "-Xmx512m")
_BUILD = """
set -euo pipefail
root=$1
source "$root/dist/env.sh"
need mvn:maven
log=$root/target/bench-fleet.log
maven "$log" '^\\[ERROR\\]' test-compile -pl fleet || die "The build failed; all of its output is in $log"
printf '%s\\n' "$JAVA_HOME"
"""


def build() -> Path:
    """Compiles the module and its benchmark; the home of the JDK that did."""
    command = ["bash", "-c", _BUILD, "bench/fleet", str(ROOT)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, check=False)
    if done.returncode != 0:
        raise Missing("the benchmark could not be built")
    return Path(done.stdout.strip().splitlines()[-1])


def parse(text: str) -> dict[str, float]:
    """A figure on each line: its name and its value."""
    return {name: float(value) for name, value in (line.split() for line in text.splitlines() if line)}


def summary_of(name: str) -> Callable[[Sequence[float]], float]:
    """Balance is promised for every city, so the worst counts; disruption is a mean over cities; times are medians."""
    words = name.split(".")
    if {"balance", "spread", "after"} & set(words):
        return max
    if "ready" in words:
        return min
    return statistics.median if words[0].endswith("_ms") else statistics.fmean


def report(runs: Sequence[dict[str, float]], seeds: Sequence[int], jdk: str | None) -> dict[str, Any]:
    figures = {name: summary_of(name)([run[name] for run in runs]) for name in runs[0]}
    return {
        "commit": machine.commit(),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": machine.describe(jdk),
        "runs": len(runs),
        **stats.rounded(stats.nest(figures)),
        "raw": [{"seed": seed, "figures": stats.rounded(run)} for seed, run in zip(seeds, runs, strict=True)],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    seeds = range(options.seed, options.seed + options.runs)
    runs = []
    try:
        home = build()
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
    path = os.pathsep.join(str(_CLASSES / name) for name in ("classes", "test-classes"))
    java = [str(home / "bin" / "java"), *_JVM, "-cp", path, "weft.fleet.FleetBench", str(seed)]
    return parse(proc.run(java, seconds=_RUN_SECONDS))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/fleet",
        description="Makes the tables of cities of 8 to 256 equal edges and prints how even they are and how much "
        "moves when an edge leaves or joins, beside Maglev's tables and plain rendezvous hashing; and how long a table "
        "takes. Builds what it needs; touches nothing outside the source tree. bench/README.md explains the figures.",
    )
    parser.add_argument("--runs", metavar="N", type=_count, default=5, help="cities of each size (default 5)")
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="of the first run's names (default 1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object, alone on standard output")
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 1000:
        raise argparse.ArgumentTypeError("must be 1 to 1000")
    return value


def _table(result: dict[str, Any]) -> str:
    lines = []
    sizes = list(result["weft"]["balance"])
    for scheme in _SCHEMES:
        lines.append(f"{scheme + ', edges':22}" + "".join(f"{size:>9}" for size in sizes))
        for figure, values in result[scheme].items():
            lines.append(f"  {figure:20}" + "".join(f"{values[size]:>9.4f}" for size in sizes))
    for name in (name for name in result if name.endswith("_ms")):
        lines.extend(f"{name + ', ' + size + ' edges':40}{value:>9.4g}" for size, value in result[name].items())
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
