"""A userspace WireGuard by its command line, and a tunnel with it at both ends."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from . import proc
from .need import INSTALLED, Missing
from .peers import installed_version
from .world import LEFT, RIGHT, End, Host, Link

TUNNEL_MTU = 1420
_PORT = 51820
_SOCKETS = Path("/var/run/wireguard")
_START_SECONDS = 30
_FIRST_REPLY_SECONDS = 15
_BUILD_SECONDS = 600
_SETTING = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")


class TunnelFailed(Exception):
    """The tunnel did not come up, or one of its processes ended."""


@dataclass(frozen=True)
class Implementation:
    """`[NAME=VALUE …] PROGRAM [ARGUMENT …]`; called with `-f INTERFACE` appended, as wireguard.com/xplatform has it."""

    text: str
    environment: dict[str, str]
    words: tuple[str, ...]

    @staticmethod
    def parse(text: str) -> Implementation:
        """The program is looked for in bench/peers-installed first, then on the PATH."""
        words = shlex.split(text)
        settings = []
        while words and _SETTING.match(words[0]):
            settings.append(words.pop(0))
        if not words:
            raise Missing(f"{text!r} names no program")
        found = _find(words[0])
        if not found and "/" in words[0]:
            raise Missing(f"{words[0]}: no such program, or not executable")
        if not found:
            raise Missing(f"{words[0]} is not installed: run `bench/peers`, which installs the peers, or give its path")
        return Implementation(text, dict(setting.split("=", 1) for setting in settings), (found, *words[1:]))

    def version(self) -> str:
        """As bench/peers installed it, else the first line of `--version` (which also lets a program build itself)."""
        installed = installed_version(Path(self.words[0]))
        if installed:
            return installed
        try:
            done = subprocess.run(
                [self.words[0], "--version"],
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                timeout=_BUILD_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as e:
            raise Missing(f"`{self.words[0]} --version` did not run: {e}") from e
        return next((line.strip() for line in done.stdout.splitlines() if line.strip()), "unknown")


def _find(program: str) -> str | None:
    if "/" in program:
        return shutil.which(str(Path(program).absolute()))
    return shutil.which(program, path=str(INSTALLED / "bin")) or shutil.which(program)


class Tunnel:
    """The same implementation at both ends, with a session up. A context manager; `link` is what loads run over."""

    def __init__(self, implementation: Implementation) -> None:
        self._implementation = implementation
        self._sides = (_Side("wgl", LEFT, "10.77.0.1"), _Side("wgr", RIGHT, "10.77.0.2"))
        self._log = tempfile.TemporaryFile()
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Tunnel:
        try:
            for side in self._sides:
                self._start(side)
            for side, other in (self._sides, self._sides[::-1]):
                _configure(side, other)
            self._await_reply()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            proc.end(process)
        for side in self._sides:
            (_SOCKETS / f"{side.interface}.sock").unlink(missing_ok=True)
        self._log.close()

    @property
    def link(self) -> Link:
        left, right = (End(side.host, side.address) for side in self._sides)
        return Link(left, right, tuple(process.pid for process in self._processes))

    def check(self) -> None:
        """Fails if a process of the tunnel has ended."""
        for process in self._processes:
            if process.poll() is not None:
                raise TunnelFailed(f"`{self._implementation.text}` ended with {process.returncode}: {self._said()}")

    def _start(self, side: _Side) -> None:
        command = side.host.inside(*self._implementation.words, "-f", side.interface)
        # WG_SUDO keeps boringtun and gotatun from looking for a login to drop privileges to.
        environment = {"WG_SUDO": "true", **self._implementation.environment}
        self._processes.append(proc.start(command, self._log, environment))
        deadline = time.monotonic() + _START_SECONDS
        while not (_SOCKETS / f"{side.interface}.sock").exists():
            self.check()
            if time.monotonic() > deadline:
                raise TunnelFailed(
                    f"`{self._implementation.text}` made no UAPI socket in {_START_SECONDS} s: {self._said()}"
                )
            time.sleep(0.02)

    def _await_reply(self) -> None:
        left, right = self._sides
        deadline = time.monotonic() + _FIRST_REPLY_SECONDS
        while time.monotonic() < deadline:
            self.check()
            try:
                left.host.run("ping", "-c", "1", "-W", "1", right.address)
                return
            except proc.CommandFailed:
                continue
        raise TunnelFailed(
            f"`{self._implementation.text}`: no ping came back in {_FIRST_REPLY_SECONDS} s: {self._said()}"
        )

    def _said(self) -> str:
        self._log.seek(0)
        return self._log.read()[-1000:].decode(errors="replace").strip() or "(it printed nothing)"


class _Side:
    """One end of a tunnel, with a key pair made for this run."""

    def __init__(self, interface: str, host: Host, address: str) -> None:
        self.interface = interface
        self.host = host
        self.address = address
        self.private_key = proc.run(["wg", "genkey"])
        self.public_key = proc.run(["wg", "pubkey"], feed=self.private_key).strip()


def _configure(side: _Side, other: _Side) -> None:
    host, interface = side.host, side.interface
    host.run("ip", "address", "add", f"{side.address}/24", "dev", interface)
    host.run("ip", "link", "set", interface, "mtu", str(TUNNEL_MTU), "up")
    settings = ["private-key", "/dev/stdin", "listen-port", str(_PORT), "peer", other.public_key]
    settings += ["endpoint", f"{other.host.address}:{_PORT}", "allowed-ips", f"{other.address}/32"]
    host.run("wg", "set", interface, *settings, feed=side.private_key)
