"""The parts of Weft's side-by-side benchmarks: Python's standard library only."""
