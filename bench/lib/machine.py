"""Where and what was measured: the commit and the machine."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

from . import proc
from .need import ROOT


def commit() -> str:
    """The commit checked out, with `-dirty` if tracked files differ from it; `unknown` outside a git work tree."""
    git = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT)]
    try:
        head = proc.run([*git, "rev-parse", "HEAD"]).strip()
        changed = proc.run([*git, "status", "--porcelain", "--untracked-files=no"]).strip()
    except proc.CommandFailed:
        return "unknown"
    return f"{head}-dirty" if changed else head


def describe(jdk: str | None) -> dict[str, Any]:
    """`jdk` is the release of the JDK that a measured program ran on; None if no program measured was a JVM."""
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "jdk": jdk,
    }


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.machine()
