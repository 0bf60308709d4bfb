"""Two namespaces joined by a veth pair, in a world that vanishes with this process.

`enter` moves the program into mount, network and pid namespaces of its own, with a private /run: names cannot clash
with the host's, `/var/run/wireguard` is ours alone, and when the program ends, by whatever signal, the kernel ends
every process in there and removes every interface.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from . import proc

_CLONE_NEWNS = 0x00020000
_CLONE_NEWPID = 0x20000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Host:
    """One of the two ends: a network namespace and its address on the wire between them."""

    name: str
    address: str

    def inside(self, *command: str) -> list[str]:
        """`command`, to be run in this namespace; the process that results is the command's own."""
        return ["nsenter", f"--net=/run/netns/{self.name}", "--", *command]

    def run(self, *command: str, seconds: float = 20, feed: str = "") -> str:
        return proc.run(self.inside(*command), seconds=seconds, feed=feed)


@dataclass(frozen=True)
class End:
    """One end of a link: where programs run, and the address by which the other end reaches them."""

    host: Host
    address: str


@dataclass(frozen=True)
class Link:
    """What loads run over, and the processes that carry it: none for the bare wire."""

    left: End
    right: End
    processes: tuple[int, ...] = ()


LEFT = Host("left", "192.0.2.1")
RIGHT = Host("right", "192.0.2.2")


def enter() -> None:
    """Returns in a child process, in the private world; the parent waits for it and exits as it does."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNS | _CLONE_NEWNET | _CLONE_NEWPID) != 0:
        raise OSError(ctypes.get_errno(), "unshare: this system allows no namespaces of our own")
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        sys.exit(_supervise(child))
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    proc.run(["mount", "--make-rprivate", "/"])
    proc.run(["mount", "-t", "proc", "proc", "/proc"])
    proc.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"])
    Path("/run/wireguard").mkdir(mode=0o700)


def build() -> None:
    """Makes LEFT and RIGHT and the veth pair between them (MTU 1500, the kernel's default offloads)."""
    for host in (LEFT, RIGHT):
        proc.run(["ip", "netns", "add", host.name])
        host.run("ip", "link", "set", "lo", "up")
    proc.run(
        ["ip", "link", "add", "wire", "netns", LEFT.name, "type", "veth", "peer", "name", "wire", "netns", RIGHT.name]
    )
    for host in (LEFT, RIGHT):
        host.run("ip", "address", "add", f"{host.address}/24", "dev", "wire")
        host.run("ip", "link", "set", "wire", "up")


def wire() -> Link:
    """The veth pair itself, without any tunnel."""
    return Link(End(LEFT, LEFT.address), End(RIGHT, RIGHT.address))


def _supervise(child: int) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the child as well
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: os.kill(child, signal.SIGTERM))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code
