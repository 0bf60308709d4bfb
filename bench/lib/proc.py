"""Processes: starting them, and what /proc says of them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_END_SECONDS = 5


class CommandFailed(Exception):
    """A command ended with an error, or did not end in time."""


def run(command: Sequence[str], *, seconds: float = 20, feed: str = "") -> str:
    """What `command` prints; its error output is in the exception if it fails."""
    words = " ".join(command)
    try:
        done = subprocess.run(command, input=feed, capture_output=True, text=True, timeout=seconds, check=False)
    except FileNotFoundError as e:
        raise CommandFailed(f"{command[0]}: no such program") from e
    except subprocess.TimeoutExpired as e:
        raise CommandFailed(f"`{words}` did not end within {seconds:.0f} s") from e
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-400:]
        raise CommandFailed(f"`{words}` ended with {done.returncode}: {said}")
    return done.stdout


def start(
    command: Sequence[str], log: IO[bytes], environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Starts `command` in a process group of its own, so that a launcher's children end with it."""
    return subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and its group: asks, then insists."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(_END_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue


def tree(root: int) -> list[int]:
    """The process and all its descendants (a launcher may not replace itself by the program)."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def cpu_seconds(root: int) -> float:
    """User and system time of all threads of the process and its descendants."""
    ticks = 0
    for pid in tree(root):
        fields = _stat(pid)
        ticks += int(fields[11]) + int(fields[12]) if fields else 0
    return ticks / _TICKS_PER_SECOND


def peak_rss_mib(root: int) -> float:
    """VmHWM of the largest process of the tree, in MiB."""
    return max(_high_water_kib(pid) for pid in tree(root)) / 1024


def java_release(root: int) -> str | None:
    """The release of the JDK that runs the process or a descendant; None if none of them is a JVM."""
    for pid in tree(root):
        try:
            executable = Path(os.readlink(f"/proc/{pid}/exe"))
        except OSError:
            continue
        if executable.name == "java":
            return jdk_release(executable.parent.parent)
    return None


def jdk_release(home: Path) -> str | None:
    """What the JDK in this directory says that it is."""
    try:
        lines = (home / "release").read_text().splitlines()
    except OSError:
        return None
    release = {key: value.strip('"') for key, _, value in (line.partition("=") for line in lines)}
    return " ".join(filter(None, (release.get("JAVA_RUNTIME_VERSION"), release.get("IMPLEMENTOR"))))


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state (proc(5)'s field 3) on; empty if the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _high_water_kib(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
