"""bench/recovery: how soon a device hears from its tunnel again after the edge that had its session was killed."""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from . import java, need, proc, stats
from .need import Missing
from .options import count

_DEVICES = {"weft": "ours", "stock": "stock"}
_START_SECONDS = 120
_KILL_SECONDS = 75


def times(text: str) -> dict[str, list[float]]:
    """Milliseconds of each kill, by what was done."""
    found: dict[str, list[float]] = {}
    for line in text.splitlines():
        what, millis = line.split()
        found.setdefault(what, []).append(float(millis))
    return found


def summary(device: str, measured: Mapping[str, Sequence[float]], kills: int) -> dict[str, float]:
    """The figures of one kind of device; fails if a kill was not measured."""
    for what in ("ping", "silent"):
        if len(measured.get(what, ())) != kills:
            raise proc.CommandFailed(f"{device}: {len(measured.get(what, ()))} of {kills} kills were measured ({what})")
    values = {
        "kills": kills,
        "p50_ms": statistics.median(measured["ping"]),
        "p95_ms": stats.percentile(measured["ping"], 95),
        "silent_p50_ms": statistics.median(measured["silent"]),
        "silent_p95_ms": stats.percentile(measured["silent"], 95),
    }
    if measured.get("both"):
        values["both_p50_ms"] = statistics.median(measured["both"])
        values["both_max_ms"] = max(measured["both"])
    return {f"{device}.{name}": value for name, value in values.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    try:
        need.root()
        need.tun()
        need.programs(("ip", "ping", "wg", "nft", "nginx", "curl", "tcpdump", "wireguard-go"))
        home = java.build("recovery", ["e2e"])
        values: dict[str, Any] = {}
        raw = {}
        for device, kind in _DEVICES.items():
            need.say(f"{device}: {options.kills} kills with pings, {options.kills} of a silent device, {options.both} pairs")
            seconds = _START_SECONDS + _KILL_SECONDS * (2 * options.kills + 2 * options.both)
            given = (kind, options.kills, options.both)
            raw[device] = times(java.run(home, "e2e", "weft.e2e.RecoveryBench", given, seconds=seconds))
            values |= summary(device, raw[device], options.kills)
    except (Missing, proc.CommandFailed) as e:
        need.say(f"bench/recovery: {e}")
        return 2 if isinstance(e, Missing) else 1
    except KeyboardInterrupt:
        return 130
    result = java.report(values, options.kills, raw, proc.jdk_release(home))
    print(json.dumps(result) if options.json else _table(values))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/recovery",
        description="Raises a city of four edges in network namespaces, kills the edge that has a device's session with "
        "SIGKILL over and over, and prints how long it takes until an inner packet is back at the device: with our client "
        "and with Debian's wireguard-go. Needs root. bench/README.md explains the figures.",
    )
    parser.add_argument("--kills", metavar="N", type=count, default=20, help="of each kind (default 20)")
    parser.add_argument(
        "--both", metavar="N", type=int, default=3, help="kills of owner and second together (default 3; 0 for none)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, alone on standard output")
    return parser.parse_args(arguments)


def _table(values: Mapping[str, float]) -> str:
    return "\n".join(f"{name:24}{value:>10.0f}" for name, value in values.items())
