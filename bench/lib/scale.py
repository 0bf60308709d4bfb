"""bench/scale: a world of cities whose edges come, go and die, in simulation; and what an edge remembers of a device."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any

from . import java, need, proc, stats
from .need import Missing

_SECONDS = 1800
_COLUMNS = ("events", "disruption", "balance", "second_hops", "takeovers", "lost")
_HEAP = ("-Xmx4g",)
_FIXED_HEAP = ("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    try:
        need.root()
        need.tun()
        home = java.build("scale", ["fleet", "edge", "registry"])
        need.say(f"{options.devices} devices in {options.cities} cities: {options.events} events of seed {options.seed}")
        given = (options.cities, options.edges, options.devices, options.connected, options.events, options.seed)
        text = java.run(home, "fleet", "weft.fleet.SimulationBench", given, seconds=_SECONDS, jvm=_HEAP)
        need.say(f"{options.sessions} real sessions with one edge")
        memory = java.run(
            home,
            "edge",
            "weft.edge.MemoryBench",
            (options.sessions,),
            seconds=_SECONDS,
            jvm=_FIXED_HEAP,
            alone=True,
        )
        need.say("devices in a registry's database")
        database = java.run(home, "registry", "weft.registry.StorageBench", (2_000,), seconds=_SECONDS)
        values = java.figures(text) | java.figures(memory) | java.figures(database)
    except (Missing, proc.CommandFailed) as e:
        need.say(f"bench/scale: {e}")
        return 2 if isinstance(e, Missing) else 1
    except KeyboardInterrupt:
        return 130
    result = java.report(values, 1, [{"seed": options.seed, "figures": values}], proc.jdk_release(home))
    print(json.dumps(result) if options.json else table(result))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/scale",
        description="Simulates a fleet whose edges are added, drained and killed at random while devices come and move, by "
        "the classes that decide in a real edge, and measures what an edge remembers of a device. Needs root, for a network "
        "namespace. bench/README.md explains the figures.",
    )
    parser.add_argument("--cities", metavar="N", type=int, default=194)
    parser.add_argument("--edges", metavar="N", type=int, default=64, help="of the greatest city (default 64)")
    parser.add_argument("--devices", metavar="N", type=int, default=2_000_000, help="registered (default 2 000 000)")
    parser.add_argument("--connected", metavar="N", type=int, default=1_000_000, help="with a session (default 1 000 000)")
    parser.add_argument("--events", metavar="N", type=int, default=1_000, help="changes of the fleet (default 1 000)")
    parser.add_argument("--sessions", metavar="N", type=int, default=20_000, help="real ones, for the memory of each")
    parser.add_argument("--seed", metavar="N", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object, alone on standard output")
    return parser.parse_args(arguments)


def table(result: Mapping[str, Any]) -> str:
    lines = [f"{'':12}" + "".join(f"{column:>13}" for column in _COLUMNS)]
    for kind, row in result["simulation"].items():
        if isinstance(row, Mapping):
            lines.append(f"{kind:12}" + "".join(f"{stats.rounded(row[column]):>13}" for column in _COLUMNS))
    lines.extend(f"bytes.{name:20}{result['bytes'][name]:>10.0f}" for name in ("registered", "idle", "live"))
    return "\n".join(lines)
