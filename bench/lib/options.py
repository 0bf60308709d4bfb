"""Command line options that several benchmarks have."""

from __future__ import annotations

import argparse


def count(text: str) -> int:
    """How often something is done: 1 to 1000."""
    value = int(text)
    if not 1 <= value <= 1000:
        raise argparse.ArgumentTypeError("must be 1 to 1000")
    return value
