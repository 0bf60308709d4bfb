"""Medians, percentiles, ratios, and the nesting of dotted names."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile: a value that was really seen, never one in between."""
    if not values:
        raise ValueError("no values")
    rank = max(1, math.ceil(percent / 100 * len(values)))
    return sorted(values)[rank - 1]


def medians(runs: Sequence[Mapping[str, float]], expected: int) -> dict[str, float]:
    """The median of each figure that every one of the `expected` runs gave."""
    names = dict.fromkeys(name for run in runs for name in run)
    columns = {name: [run[name] for run in runs if name in run] for name in names}
    return {name: statistics.median(column) for name, column in columns.items() if len(column) == expected}


def ratios(program: Mapping[str, float], peer: Mapping[str, float]) -> dict[str, float]:
    """Program ÷ peer, for the figures that both sides have."""
    return {name: program[name] / peer[name] for name in program if peer.get(name)}


def nest(flat: Mapping[str, Any]) -> dict[str, Any]:
    """`{"ratio.tcp1": 1.2}` becomes `{"ratio": {"tcp1": 1.2}}`."""
    nested: dict[str, Any] = {}
    for dotted, value in flat.items():
        *parents, leaf = dotted.split(".")
        level = nested
        for parent in parents:
            level = level.setdefault(parent, {})
            if not isinstance(level, dict):
                raise ValueError(f"{dotted}: {parent} is a value already")
        if leaf in level:
            raise ValueError(f"{dotted} is given twice")
        level[leaf] = value
    return nested


def rounded(value: Any) -> Any:
    """Floats to five significant digits, at any depth: more is noise."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, Mapping):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return value
