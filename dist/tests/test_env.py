"""What ./weft and ./test do on machines that lack something. Needs root: each test hides the machine's JDKs from itself."""

import os
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

DIST = Path(__file__).resolve().parent.parent
NOBODY = "65534"
POLICY = Path("/usr/sbin/policy-rc.d")


class EnvTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.directory.chmod(0o755)
        self.bin = self.directory / "bin"
        self.bin.mkdir()
        # Sourced from a place that every user may read.
        (self.directory / "env.sh").write_text((DIST / "env.sh").read_text())

    def stub(self, name, script):
        """A program in front of the PATH."""
        file = self.bin / name
        file.write_text("#!/bin/sh\n" + script + "\n")
        file.chmod(0o755)

    def jdk(self, version):
        """What tells a JDK to the scripts: the compiler and the release file."""
        home = self.directory / f"jdk-{version}"
        (home / "bin").mkdir(parents=True)
        (home / "release").write_text(f'JAVA_VERSION="{version}"\n')
        for program in "java", "javac":
            file = home / "bin" / program
            file.write_text("#!/bin/sh\n")
            file.chmod(file.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        return home

    def without_policy(self):
        """Shell commands that give the mount namespace a /usr/sbin of its own in which nothing decides about services."""
        real = self.directory / "real"
        sbin = self.directory / "sbin"
        real.mkdir()
        sbin.mkdir()
        for program in POLICY.parent.iterdir():
            if program != POLICY:
                (sbin / program.name).symlink_to(real / program.name)
        return f"mount --bind /usr/sbin {real} && mount --bind {sbin} /usr/sbin && "

    def run_env(self, command, installed=(), user=None, java_home=None, prepare=""):
        """Runs a command of env.sh where /usr/lib/jvm has only the JDKs named."""
        places = "".join(f"ln -s {home} /usr/lib/jvm/{home.name} && " for home in installed)
        become = f"setpriv --reuid={user} --regid={user} --clear-groups " if user else ""
        script = (
            f"mount -t tmpfs -o mode=755 none /usr/lib/jvm && {places}{prepare}"
            f"exec {become}bash -euo pipefail -c 'root={self.directory}; source {self.directory}/env.sh; {command}'"
        )
        environment = {"PATH": f"{self.bin}:{os.environ['PATH']}"}
        if java_home:
            environment["JAVA_HOME"] = str(java_home)
        return subprocess.run(
            ["unshare", "--mount", "sh", "-c", script],
            env=environment, text=True, capture_output=True, timeout=60, check=False,
        )

    def path_java(self, home):
        (self.bin / "java").symlink_to(home / "bin" / "java")

    def test_a_jdk_25_is_found_though_the_java_of_the_path_is_older(self):
        self.path_java(self.jdk("17.0.15"))
        found = self.run_env("find_jdk", installed=[self.jdk("25.0.3")])
        self.assertEqual((found.returncode, found.stdout.strip()), (0, "/usr/lib/jvm/jdk-25.0.3"))

    def test_java_home_is_taken_first_but_not_if_it_is_too_old(self):
        newer = self.jdk("26.0.1")
        found = self.run_env("find_jdk", installed=[self.jdk("25.0.3")], java_home=newer)
        self.assertEqual(found.stdout.strip(), str(newer))
        found = self.run_env("find_jdk", installed=[newer], java_home=self.jdk("17.0.15"))
        self.assertEqual(found.stdout.strip(), "/usr/lib/jvm/jdk-26.0.1")

    def test_the_java_of_the_path_will_do_wherever_it_is(self):
        home = self.jdk("25")
        self.path_java(home)
        self.assertEqual(self.run_env("find_jdk").stdout.strip(), str(home))

    def test_without_a_jdk_and_a_package_of_one_it_is_said_where_to_get_it(self):
        self.path_java(self.jdk("17.0.15"))
        self.stub("apt-cache", "exit 100")
        self.stub("apt-get", "exit 100")
        refused = self.run_env("need sh:dash")
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        self.assertIn("JDK 25", refused.stderr)
        self.assertIn("adoptium.net", refused.stderr)
        self.assertIn("JAVA_HOME", refused.stderr)

    def test_root_looks_for_a_package_of_a_jdk_where_no_package_was_ever_looked_for(self):
        """As in a fresh image of a distribution that has the package: apt's lists are empty until the first update."""
        lists = self.directory / "lists"
        self.stub("apt-cache", f"test -e {lists} || exit 100")
        self.stub("apt-get", f'case "$*" in *update*) touch {lists};; *) echo "called: $*";; esac')
        asked = self.run_env("need sh:dash", prepare=self.without_policy())
        self.assertIn("Installing Debian packages that Weft needs: openjdk-25-jdk-headless", asked.stderr)
        self.assertLess(asked.stderr.index("Looking"), asked.stderr.index("Installing"))

    def test_an_ordinary_user_is_told_the_one_command(self):
        self.stub("apt-cache", "exit 0")
        refused = self.run_env("need no-such-program:some-package sh:dash", user=NOBODY)
        self.assertEqual(refused.returncode, 1)
        self.assertIn(
            "sudo apt-get install --no-install-recommends some-package openjdk-25-jdk-headless", refused.stderr)

    def test_root_is_told_first_and_no_service_starts_by_the_way(self):
        self.stub("apt-get", f'test -e {POLICY} && echo "called: $*"')
        command = f"need no-such-program:some-package sh:dash; echo $JAVA_HOME; test ! -e {POLICY}"
        done = self.run_env(command, installed=[self.jdk("25.0.3")], prepare=self.without_policy())
        self.assertEqual((done.returncode, done.stdout.strip()), (0, "/usr/lib/jvm/jdk-25.0.3"), done.stderr)
        said = done.stderr.splitlines()
        self.assertEqual(said[0], "Installing Debian packages that Weft needs: some-package")
        self.assertRegex(said[1], r"called: .*install -y --no-install-recommends some-package")

    def test_a_package_that_cannot_be_had_is_named(self):
        self.stub("apt-get", "exit 100")
        refused = self.run_env(
            "need no-such-program:some-package", installed=[self.jdk("25.0.3")], prepare=self.without_policy())
        self.assertEqual(refused.returncode, 1)
        self.assertIn("apt-get could not install: some-package", refused.stderr)

    def test_a_file_can_stand_for_a_package(self):
        missing = self.run_env(f"missing {self.directory}/e*.sh:here {self.directory}/none*:there sh:dash")
        self.assertEqual(missing.stdout.split(), ["there"])


if __name__ == "__main__":
    unittest.main()
