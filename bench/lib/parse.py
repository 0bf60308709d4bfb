"""What iperf3 and ping print, as numbers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_PING_TIME = re.compile(r"time=([0-9.]+) ms")


class Unreadable(Exception):
    """The output is not what the tool prints after a good run."""


@dataclass(frozen=True)
class TcpTransfer:
    """What the receiving side of an iperf3 run got."""

    bits_per_second: float
    bytes: int


def iperf3(output: str) -> TcpTransfer:
    try:
        report = json.loads(output)
    except ValueError as e:
        raise Unreadable(f"iperf3 printed no JSON: {output[:200]!r}") from e
    if "error" in report:
        raise Unreadable(f"iperf3: {report['error']}")
    try:
        received = report["end"]["sum_received"]
        transfer = TcpTransfer(float(received["bits_per_second"]), int(received["bytes"]))
    except KeyError as e:
        raise Unreadable(f"iperf3's report has no {e}") from e
    if transfer.bytes == 0:
        raise Unreadable("iperf3 carried nothing")
    return transfer


def ping(output: str) -> list[float]:
    """The round trips that ping printed, in microseconds."""
    times = [float(match) * 1000 for match in _PING_TIME.findall(output)]
    if not times:
        raise Unreadable(f"ping got no reply: {output.strip()[-200:]!r}")
    return times
