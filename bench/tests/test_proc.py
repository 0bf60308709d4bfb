import os
import subprocess
import sys
import tempfile
import time
import unittest

from lib import proc

BUSY = """
import time
while time.process_time() < 0.3:
    pass
print("done", flush=True)
time.sleep(60)
"""


class ProcTest(unittest.TestCase):
    def test_counts_the_cpu_time_of_a_launchers_child(self) -> None:
        launcher = subprocess.Popen(
            ["sh", "-c", '"$0" -c "$1"; :', sys.executable, BUSY], stdout=subprocess.PIPE, start_new_session=True
        )
        assert launcher.stdout
        try:
            launcher.stdout.readline()
            self.assertEqual(len(proc.tree(launcher.pid)), 2)
            self.assertGreater(proc.cpu_seconds(launcher.pid), 0.25)
            self.assertGreater(proc.peak_rss_mib(launcher.pid), 3)
        finally:
            launcher.stdout.close()
            proc.end(launcher)

    def test_ends_a_launcher_and_its_child(self) -> None:
        with tempfile.TemporaryFile() as log:
            launcher = proc.start(["sh", "-c", "sleep 60; :"], log)
            deadline = time.monotonic() + 5
            while len(proc.tree(launcher.pid)) < 2 and time.monotonic() < deadline:
                time.sleep(0.01)
            child = proc.tree(launcher.pid)[1]
            proc.end(launcher)
            while os.path.exists(f"/proc/{child}/stat") and time.monotonic() < deadline:
                time.sleep(0.01)
            self.assertFalse(os.path.exists(f"/proc/{child}/stat"))

    def test_what_a_failed_command_said_is_told(self) -> None:
        with self.assertRaisesRegex(proc.CommandFailed, "ended with 3: so it is"):
            proc.run(["sh", "-c", "echo so it is >&2; exit 3"])

    def test_a_command_that_does_not_end_is_an_error(self) -> None:
        with self.assertRaisesRegex(proc.CommandFailed, "did not end"):
            proc.run(["sleep", "60"], seconds=0.05)

    def test_no_jvm_no_jdk(self) -> None:
        self.assertIsNone(proc.java_release(os.getpid()))


if __name__ == "__main__":
    unittest.main()
