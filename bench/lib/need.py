"""What the benchmarks need from the machine: found, installed from Debian's packages, or asked for in plain words."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from . import proc

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / "bench" / "peers-installed"
_TARGET = ROOT / "bench" / "target"
_APT_SECONDS = 600

PACKAGE_OF = {
    "ip": "iproute2",
    "ss": "iproute2",
    "ping": "iputils-ping",
    "wg": "wireguard-tools",
    "iperf3": "iperf3",
    "nsenter": "util-linux",
    "gcc": "gcc",
    "nft": "nftables",
    "nginx": "nginx-light",
    "curl": "curl",
    "tcpdump": "tcpdump",
    "wireguard-go": "wireguard-go",
}


class Missing(Exception):
    """Something that this machine lacks and that we do not install ourselves; says what to do."""


def say(text: str) -> None:
    """Progress: always to standard error, so that --json stays alone on standard output."""
    print(text, file=sys.stderr, flush=True)


def root() -> None:
    if os.geteuid() != 0:
        raise Missing(f"network namespaces and TUN devices need root here: run `sudo {' '.join(sys.argv)}`")


def tun() -> None:
    if not Path("/dev/net/tun").exists():
        raise Missing(
            "/dev/net/tun is missing: `modprobe tun` makes it; in a container, start it with "
            "`--device /dev/net/tun --cap-add NET_ADMIN`"
        )


def programs(names: Iterable[str]) -> None:
    """Installs the Debian packages of the programs that are not there."""
    missing = [name for name in names if not shutil.which(name)]
    if missing:
        packages([PACKAGE_OF[name] for name in missing], f"for {', '.join(missing)}")


def packages(names: Iterable[str], why: str) -> None:
    wanted = sorted(set(names))
    command = ["apt-get", "install", "-y", "--no-install-recommends", *wanted]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Missing(f"missing {why}; as root on Debian: `{' '.join(command)}`")
    say(f"installing Debian packages {why}: {' '.join(wanted)}")
    try:
        proc.run(command, seconds=_APT_SECONDS)
    except proc.CommandFailed:
        proc.run(["apt-get", "update"], seconds=_APT_SECONDS)
        proc.run(command, seconds=_APT_SECONDS)


def udpload() -> Path:
    """The UDP load generator, compiled if its source is newer."""
    source = Path(__file__).with_name("udpload.c")
    program = _TARGET / "udpload"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        _TARGET.mkdir(parents=True, exist_ok=True)
        if not Path("/usr/include/stdio.h").exists():
            packages(["gcc", "libc6-dev"], "to compile the UDP load generator")
        say("compiling bench/lib/udpload.c")
        proc.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(program), str(source)], seconds=120)
    return program
