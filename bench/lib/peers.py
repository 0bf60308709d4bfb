"""bench/peers: the userspace WireGuards to compare with, by version, from their public registries."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from . import machine, need, proc
from .need import INSTALLED, Missing

_BUILD_SECONDS = 3600
_LOOKUP_SECONDS = 120
_BIN = INSTALLED / "bin"
_VERSIONS = INSTALLED / "versions.json"


@dataclass(frozen=True)
class Peer:
    """A peer: the program's name, its package in the registry, and the version that we compare with."""

    program: str
    package: str
    version: str
    newest: Callable[[str], str]
    install: Callable[[Peer], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one peer."""

    program: str
    package: str
    version: str
    seconds: float
    failure: str | None


def installed_version(program: Path) -> str | None:
    """The version of a program that we installed; None for any other."""
    if program.parent != _BIN:
        return None
    return _versions().get(program.name)


def _versions() -> dict[str, str]:
    try:
        return dict(json.loads(_VERSIONS.read_text()))
    except (OSError, ValueError):
        return {}


def _newest_go(module: str) -> str:
    _need_go()
    found = proc.run(["go", "list", "-m", "-f", "{{.Version}}", f"{module}@latest"], seconds=_LOOKUP_SECONDS)
    return found.strip()


def _newest_crate(crate: str) -> str:
    _need_cargo()
    found = re.search(r"^version: (\S+)", proc.run(["cargo", "info", "--quiet", crate], seconds=_LOOKUP_SECONDS), re.M)
    if not found:
        raise proc.CommandFailed(f"cargo names no version of {crate}")
    return found[1]


def _install_go(peer: Peer) -> None:
    """The module's main package is its root; Go names the program after the last word of the path: `wireguard`."""
    _need_go()
    with tempfile.TemporaryDirectory(dir=INSTALLED) as built:
        proc.run(
            ["env", f"GOBIN={built}", "go", "install", f"{peer.package}@{peer.version}"],
            seconds=_BUILD_SECONDS,
        )
        shutil.move(Path(built) / peer.package.rsplit("/", 1)[-1], _BIN / peer.program)


def _install_crate(peer: Peer) -> None:
    _need_cargo()
    need.programs(("gcc",))
    command = [
        "cargo",
        "install",
        "--quiet",
        "--locked",
        "--force",
        "--root",
        str(INSTALLED),
        "--version",
        peer.version,
    ]
    proc.run([*command, peer.package], seconds=_BUILD_SECONDS)


def _need_go() -> None:
    _need_toolchain("go", ["go", "version"], (1, 21), "golang-go", "https://go.dev/dl/")


def _need_cargo() -> None:
    _need_toolchain("cargo", ["cargo", "--version"], (1, 95), "cargo", "https://rustup.rs/")


def _need_toolchain(name: str, ask: list[str], least: tuple[int, int], package: str, site: str) -> None:
    """A compiler that is new enough: the one found, or Debian's if that will do."""
    wanted = ".".join(map(str, least))
    if shutil.which(name):
        if _version(proc.run(ask)) >= least:
            return
        raise Missing(f"{name} is older than {wanted}: install a newer one from {site}")
    if _version(_candidate(package)) < least:
        raise Missing(f"{name} {wanted} or newer is missing, and Debian's is older here: install it from {site}")
    need.packages([package], f"for {name}")


def _candidate(package: str) -> str:
    """The version that apt would install; empty where there is none or no apt."""
    if not shutil.which("apt-cache"):
        return ""
    found = re.search(r"Candidate: (?:\d+:)?(\S+)", proc.run(["apt-cache", "policy", package]))
    return found[1] if found else ""


def _version(text: str) -> tuple[int, int]:
    found = re.search(r"(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


PEERS = (
    Peer("wireguard-go", "golang.zx2c4.com/wireguard", "v0.0.0-20260522210424-ecfc5a8d5446", _newest_go, _install_go),
    Peer("boringtun-cli", "boringtun-cli", "0.7.1", _newest_crate, _install_crate),
    Peer("gotatun", "gotatun-cli", "0.10.2", _newest_crate, _install_crate),
)


def install(peer: Peer, newest: bool) -> Outcome:
    """Installs the peer unless that version is there already; what goes wrong is in the outcome."""
    begin = time.monotonic()
    version, failure = peer.version, None
    try:
        version = peer.newest(peer.package) if newest else peer.version
        if _versions().get(peer.program) == version and (_BIN / peer.program).exists():
            need.say(f"{peer.program} {version} is there already")
        else:
            need.say(f"installing {peer.program}: {peer.package} {version} (minutes, on a small machine)")
            _BIN.mkdir(parents=True, exist_ok=True)
            peer.install(replace(peer, version=version))
            _VERSIONS.write_text(json.dumps({**_versions(), peer.program: version}, indent=2) + "\n")
    except (Missing, proc.CommandFailed, OSError) as e:
        failure = str(e)
        need.say(f"bench/peers: {peer.program}: {failure}")
    return Outcome(peer.program, peer.package, version, round(time.monotonic() - begin, 1), failure)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="bench/peers",
        description="Installs wireguard-go, boringtun-cli and gotatun by version from the Go module proxy and "
        "crates.io into bench/peers-installed, where bench/tunnel looks first. Needs Go 1.21 and Rust 1.95 or newer.",
    )
    parser.add_argument(
        "--newest",
        action="store_true",
        help="ask the registries for the newest versions instead of taking those named in bench/lib/peers.py",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, alone on standard output")
    options = parser.parse_args(arguments)
    try:
        outcomes = [install(peer, options.newest) for peer in PEERS]
    except KeyboardInterrupt:
        return 130
    print(json.dumps(_report(outcomes)) if options.json else _table(outcomes))
    return 1 if any(outcome.failure for outcome in outcomes) else 0


def _report(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "commit": machine.commit(),
        "machine": machine.describe(None),
        "runs": 1,
        "peers": {outcome.program: outcome.version for outcome in outcomes if not outcome.failure},
        "raw": [asdict(outcome) for outcome in outcomes],
    }


def _table(outcomes: Sequence[Outcome]) -> str:
    return "\n".join(f"{o.program:14} {o.version if not o.failure else 'FAILED'}" for o in outcomes)


if __name__ == "__main__":
    sys.exit(main())
