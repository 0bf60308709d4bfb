import unittest

from lib import proc, recovery


class RecoveryTest(unittest.TestCase):
    def test_sorts_times_by_what_was_done(self) -> None:
        found = recovery.times("ping 300.5\nping 200\nsilent 100\nboth 15000\n")
        self.assertEqual(found, {"ping": [300.5, 200], "silent": [100], "both": [15000]})

    def test_a_percentile_is_a_kill_that_was(self) -> None:
        measured = {"ping": [float(i) for i in range(1, 21)], "silent": [5.0] * 20, "both": [15000.0]}
        values = recovery.summary("stock", measured, 20)
        self.assertEqual(values["stock.kills"], 20)
        self.assertEqual(values["stock.p95_ms"], 19)
        self.assertEqual(values["stock.silent_p95_ms"], 5)
        self.assertEqual(values["stock.both_max_ms"], 15000)

    def test_a_kill_that_was_not_measured_is_a_failure(self) -> None:
        with self.assertRaises(proc.CommandFailed):
            recovery.summary("weft", {"ping": [1.0], "silent": []}, 1)


if __name__ == "__main__":
    unittest.main()
