"""The loads: iperf3, ping and our own numbered datagrams, from the left end of a link to the right one."""

from __future__ import annotations

import contextlib
import itertools
import json
import subprocess
import time
from collections.abc import Iterator

from . import parse, proc
from .need import udpload
from .search import Trial
from .world import End, Link

_IPERF_PORT = 5201
_UDP_PORTS = itertools.count(20_000)  # one for each trial: what is late from the one before is not counted
_GRACE_SECONDS = 15
_DRAIN_SECONDS = 0.2


@contextlib.contextmanager
def _iperf3_server(end: End) -> Iterator[None]:
    """For one test: between two an iperf3 that goes on closes its socket, and a client that comes then is refused."""
    command = end.host.inside("iperf3", "--server", "--one-off", "--bind", end.address, "--port", str(_IPERF_PORT))
    silent = subprocess.DEVNULL
    server = subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent, start_new_session=True)
    try:
        deadline = time.monotonic() + _GRACE_SECONDS
        while not end.host.run("ss", "-Hltn", f"sport = :{_IPERF_PORT}").strip():
            if server.poll() is not None or time.monotonic() > deadline:
                raise proc.CommandFailed("iperf3's server does not listen")
            time.sleep(0.02)
        yield
    finally:
        proc.end(server)


def tcp(link: Link, seconds: float, *, streams: int = 1, reverse: bool = False) -> parse.TcpTransfer:
    command = ["iperf3", "--client", link.right.address, "--port", str(_IPERF_PORT), "--json"]
    command += ["--time", f"{max(1, round(seconds))}", "--parallel", str(streams)]
    if reverse:
        command.append("--reverse")
    with _iperf3_server(link.right):
        return parse.iperf3(link.left.host.run(*command, seconds=seconds + _GRACE_SECONDS))


def ping(link: Link, count: int, interval: float) -> list[float]:
    """Round trips in microseconds; fails if more than 1 % of the replies are missing."""
    command = ["ping", "-n", "-i", str(interval), "-c", str(count), "-W", "1", link.right.address]
    times = parse.ping(link.left.host.run(*command, seconds=count * interval * 4 + _GRACE_SECONDS))
    if len(times) < 0.99 * count:
        raise parse.Unreadable(f"only {len(times)} of {count} pings came back")
    return times


def udp(link: Link, size: int, rate: float, seconds: float) -> Trial:
    """One trial with `size` bytes of payload at `rate` datagrams per second."""
    program, port = str(udpload()), str(next(_UDP_PORTS))
    receiver = subprocess.Popen(
        link.right.host.inside(program, "receive", link.right.address, port),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert receiver.stdin and receiver.stdout
    try:
        if receiver.stdout.readline() != "ready\n":
            raise proc.CommandFailed("the UDP receiver did not start")
        send = [program, "send", link.right.address, port, str(size), str(rate), str(seconds)]
        sent = json.loads(link.left.host.run(*send, seconds=seconds + _GRACE_SECONDS))
        time.sleep(_DRAIN_SECONDS)
        got = json.loads(receiver.communicate(timeout=_GRACE_SECONDS)[0])
    finally:
        receiver.kill()
        receiver.wait()
    return Trial(rate, sent["sent"] / sent["seconds"], got["received"] / sent["seconds"])
