"""bench/tunnel: alternating runs of two implementations, medians, ratios."""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from . import machine, measure, need, proc, stats, world
from .options import count
from .parse import Unreadable
from .search import NoRateFound
from .wireguard import Implementation, Tunnel, TunnelFailed

_STEP_ERRORS = (proc.CommandFailed, Unreadable, NoRateFound, TunnelFailed, subprocess.TimeoutExpired)


@dataclass
class Side:
    """One of the things compared, and what its runs gave."""

    name: str
    implementation: Implementation | None  # None: the bare wire
    version: str | None = None
    runs: list[dict[str, float]] = field(default_factory=list)
    jdk: str | None = None

    def described(self) -> dict[str, Any]:
        return {"command": self.implementation.text if self.implementation else None, "version": self.version}


@dataclass
class Comparison:
    """All runs of all sides."""

    names: tuple[str, ...]
    seconds: float
    wanted_runs: int
    sides: list[Side]
    raw: list[dict[str, Any]] = field(default_factory=list)

    def run(self) -> None:
        for number in range(1, self.wanted_runs + 1):
            for side in self.sides if number % 2 else reversed(self.sides):
                need.say(f"run {number} of {self.wanted_runs}, {side.name}")
                self._run(number, side)

    def _run(self, number: int, side: Side) -> None:
        figures: dict[str, float] = {}
        failures: list[str] = []
        try:
            with Tunnel(side.implementation) if side.implementation else nullcontext() as tunnel:
                link = tunnel.link if tunnel else world.wire()
                side.jdk = next(filter(None, map(proc.java_release, link.processes)), None)
                measure.warm_up(link)
                self._take(link, tunnel, figures, failures)
        except _STEP_ERRORS as e:
            failures.append(str(e))
        for failure in failures:
            need.say(f"  FAILED {failure}")
        side.runs.append(figures)
        self.raw.append({"run": number, "side": side.name, "figures": figures, "failures": failures})

    def _take(self, link: world.Link, tunnel: Tunnel | None, figures: dict[str, float], failures: list[str]) -> None:
        """A load that fails costs its figures only; a tunnel that died ends the run, and is the better explanation."""
        for step in measure.plan(self.names):
            got: dict[str, float] = {}
            failure = None
            try:
                got = step.measure(link, self.seconds)
            except _STEP_ERRORS as e:
                failure = f"{', '.join(step.gives)}: {e}"
            if tunnel:
                tunnel.check()
            if failure:
                failures.append(failure)
            for name in (name for name in step.gives if name in got and name in self.names):
                figures[name] = got[name]
                need.say(f"  {name:14} {got[name]:10.4g} {_unit(name)}")

    @property
    def failed(self) -> bool:
        return any(run["failures"] for run in self.raw)

    def report(self) -> dict[str, Any]:
        medians = {side.name: stats.medians(side.runs, self.wanted_runs) for side in self.sides}
        flat: dict[str, Any] = {
            f"median.{side}.{name}": value for side, of in medians.items() for name, value in of.items()
        }
        if len(self.sides) == 2:
            quotients = stats.ratios(medians["program"], medians["peer"])
            flat.update({f"ratio.{name}": value for name, value in quotients.items()})
        return {
            "commit": machine.commit(),
            "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "machine": machine.describe(next((side.jdk for side in self.sides if side.jdk), None)),
            "runs": self.wanted_runs,
            "seconds": self.seconds,
            **{side.name: side.described() for side in self.sides},
            **stats.rounded(stats.nest(flat)),
            "raw": stats.rounded(self.raw),
        }


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    if options.list:
        for figure in measure.FIGURES:
            print(f"{figure.name:14} {figure.unit:7} {figure.better:6} is better: {figure.about}")
        return 0
    try:
        need.root()
        need.tun()
        comparison = Comparison(options.only, options.seconds, options.runs, _sides(options))
        need.programs(("ip", "ss", "ping", "wg", "iperf3", "nsenter"))
        need.udpload()
        for side in comparison.sides:
            side.version = side.implementation.version() if side.implementation else None
            need.say(
                f"{side.name}: {side.implementation.text if side.implementation else 'no tunnel'} ({side.version})"
            )
        world.enter()
        world.build()
        comparison.run()
    except need.Missing as e:
        need.say(f"bench/tunnel: {e}")
        return 2
    except (*_STEP_ERRORS, OSError) as e:
        need.say(f"bench/tunnel: {e}")
        return 1
    except KeyboardInterrupt:
        need.say("bench/tunnel: interrupted; nothing is left behind")
        return 130
    report = comparison.report()
    print(json.dumps(report) if options.json else _table(report))
    return 1 if comparison.failed else 0


def _sides(options: argparse.Namespace) -> list[Side]:
    if options.wire:
        return [Side("wire", None)]
    if not options.peer:
        raise need.Missing("say what to compare with: --peer COMMAND, such as --peer wireguard-go (see --help)")
    program = options.program or f"{need.ROOT / 'weft'} wg"
    return [Side("program", Implementation.parse(program)), Side("peer", Implementation.parse(options.peer))]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/tunnel",
        description="Compares `weft wg` with another userspace WireGuard in two network namespaces joined by a veth "
        "pair. Both ends run the same implementation; runs alternate; each figure is a median. Needs root; installs "
        "iperf3 and the like from Debian's packages if they are missing. Nothing of it outlives the run.",
        epilog='Example: bench/tunnel --peer "GOMAXPROCS=1 wireguard-go" --only tcp1,ping_avg --json. '
        "bench/README.md has the rest.",
    )
    parser.add_argument(
        "--peer", metavar="COMMAND", help="[NAME=VALUE ...] PROGRAM [ARGUMENT ...]; called with -f INTERFACE added"
    )
    parser.add_argument(
        "--program",
        metavar="COMMAND",
        help="what to compare with the peer, in the same form (default: this project's `weft wg`)",
    )
    parser.add_argument(
        "--wire",
        action="store_true",
        help="measure the veth pair without a tunnel instead: what the load generators reach",
    )
    parser.add_argument(
        "--seconds",
        metavar="N",
        type=_positive,
        default=5.0,
        help="length of each TCP load (default 5; UDP trials: half, within 1 to 3)",
    )
    parser.add_argument("--runs", metavar="N", type=count, default=5, help="runs of each side (default 5)")
    parser.add_argument(
        "--only",
        metavar="FIGURES",
        type=_names,
        help="figures to measure, separated by commas (default: all; see --list)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, alone on standard output")
    parser.add_argument("--list", action="store_true", help="print the figures and end")
    options = parser.parse_args(arguments)
    known = measure.WIRE_NAMES if options.wire else measure.NAMES
    options.only = options.only or known
    unknown = [name for name in options.only if name not in known]
    if unknown:
        parser.error(f"no figure {', '.join(unknown)}; there are {', '.join(known)}")
    return options


def _positive(text: str) -> float:
    value = float(text)
    if not 1 <= value <= 600:
        raise argparse.ArgumentTypeError("must be 1 to 600")
    return value


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip().removeprefix("ratio.") for name in text.split(",") if name.strip()))


def _unit(name: str) -> str:
    return next(figure.unit for figure in measure.FIGURES if figure.name == name)


def _table(report: dict[str, Any]) -> str:
    medians, quotients = report.get("median", {}), report.get("ratio", {})
    columns = [side for side in ("program", "peer", "wire") if side in report]
    lines = [
        " ".join(
            [f"{'median of ' + str(report['runs']):24}", *(f"{column:>10}" for column in columns), f"{'ratio':>8}"]
        )
    ]
    for figure in measure.FIGURES:
        values = [medians.get(column, {}).get(figure.name) for column in columns]
        if any(value is not None for value in values):
            cells = [f"{value:>10.5g}" if value is not None else f"{'failed':>10}" for value in values]
            quotient = f"{quotients[figure.name]:>8.3f}" if figure.name in quotients else f"{'':>8}"
            lines.append(" ".join([f"{figure.name + ' (' + figure.unit + ')':24}", *cells, quotient]))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
