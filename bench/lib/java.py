"""Benchmarks that are Java programs among a module's tests: building them, running them, and the report that they share."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import machine, proc, stats
from .need import ROOT, Missing

_LIBRARIES = ROOT / "cli" / "target" / "lib"
_BUILD = """
set -euo pipefail
root=$1 name=$2 modules=$3
source "$root/dist/env.sh"
need mvn:maven
log=$root/target/bench-$name.log
maven "$log" '^\\[ERROR\\]' package -pl "$modules" -am -DskipTests -Dspotless.check.skip=true \\
  || die "The build failed; all of its output is in $log"
printf '%s\\n' "$JAVA_HOME"
"""


def build(name: str, modules: Sequence[str]) -> Path:
    """Compiles modules with their tests, and the program with its libraries; the home of the JDK that did."""
    wanted = ",".join(dict.fromkeys((*modules, "cli")))
    command = ["bash", "-c", _BUILD, f"bench/{name}", str(ROOT), name, wanted]
    done = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, check=False)
    if done.returncode != 0:
        raise Missing("the benchmark could not be built")
    return Path(done.stdout.strip().splitlines()[-1])


def run(
    home: Path,
    module: str,
    main: str,
    arguments: Sequence[object],
    *,
    seconds: float,
    jvm: Sequence[str] = ("-Xms64m", "-Xmx512m"),
    alone: bool = False,
) -> str:
    """What `main` of a module's tests prints; its progress goes to our error output. `alone`: in a network of its own."""
    tests = ROOT / module / "target" / "test-classes"
    path = os.pathsep.join((str(tests), str(ROOT / module / "target" / "classes"), f"{_LIBRARIES}/*"))
    java = [str(home / "bin" / "java"), "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", *jvm, "-cp", path, main]
    command = [*(["unshare", "--net"] if alone else []), *java, *map(str, arguments)]
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True, timeout=seconds, check=False, cwd=ROOT
        )
    except subprocess.TimeoutExpired as e:
        raise proc.CommandFailed(f"{main} did not end within {seconds:.0f} s") from e
    if done.returncode != 0:
        raise proc.CommandFailed(f"{main} ended with {done.returncode}")
    return done.stdout


def figures(text: str) -> dict[str, float]:
    """A figure on each line: its name and its value."""
    return {name: float(value) for name, value in (line.split() for line in text.splitlines() if line)}


def report(values: dict[str, Any], runs: int, raw: Any, jdk: str | None) -> dict[str, Any]:
    """The one object that `--json` prints."""
    return {
        "commit": machine.commit(),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": machine.describe(jdk),
        "runs": runs,
        **stats.rounded(stats.nest(values)),
        "raw": stats.rounded(raw),
    }
