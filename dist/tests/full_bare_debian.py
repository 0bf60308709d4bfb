"""./weft demo on a Debian that debootstrap has just made, with a JDK 25 and without.

Needs root, debootstrap, git, and the way to Debian's and Maven's servers that this machine itself has: mirror, proxies and
certificate authorities are taken from its own configuration. Each system is a root of its own, with mount and PID
namespaces of its own, and is gone afterwards. Figures are printed.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST_RUN_SECONDS = 180
LATER_START_SECONDS = 10
PATIENCE_SECONDS = 900
BEGIN = "A phone behind two NATs"

# Makes the directory $1 the root, as a container's runtime does it; a chroot would not do, since nsenter leaves that. The
# JDK at $2, if any, is there read-only; the rest is the command.
ENTER = """
set -e
root=$1 jdk=$2
shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs -o mode=755 none dev
for device in null zero full random urandom tty; do touch dev/$device; mount --bind /dev/$device dev/$device; done
mkdir -p dev/net dev/pts dev/shm old
mknod -m 600 dev/net/tun c 10 200
mount -t devpts -o newinstance,ptmxmode=666 none dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
if [ -n "$jdk" ]; then
  mkdir -p usr/lib/jvm/jdk
  mount --bind -o ro "$jdk" usr/lib/jvm/jdk
fi
pivot_root . old
umount -l /old
cd /root/weft
exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb "$@"
"""


def output(*command):
    return subprocess.run(command, text=True, capture_output=True, check=True).stdout


def sources():
    """This machine's own sources of Debian's packages, a line each as in sources.list."""
    lines = output(
        "apt-get", "indextargets", "--format", "deb $(REPO_URI) $(RELEASE) $(COMPONENT)",
        "Created-By: Packages", "Origin: Debian")
    return sorted(set(lines.splitlines()))


def connection_settings():
    """How this machine's apt reaches its servers, such as through a proxy."""
    lines = output("apt-config", "dump").splitlines()
    return [line for line in lines if re.match(r"Acquire::(http|https)(::|\s)", line)]


def jdk():
    script = f'root={ROOT}; source "{ROOT}/dist/env.sh"; find_jdk'
    return output("bash", "-euo", "pipefail", "-c", script).strip()


class BareDebianTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="weft-bare-")
        cls.addClassCleanup(directory.cleanup)
        cls.system = Path(directory.name) / "debian"
        _, mirror, release, _ = next(line for line in sources() if re.fullmatch(r"deb \S+ [a-z]+ main", line)).split()
        made = subprocess.run(
            ["debootstrap", "--variant=minbase", release, str(cls.system), mirror],
            text=True, capture_output=True, check=False)
        if made.returncode:
            raise AssertionError("debootstrap failed:\n" + made.stdout + made.stderr)
        cls.configure()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(cls.system / "root/weft")], check=True)

    @classmethod
    def configure(cls):
        etc = cls.system / "etc"
        (etc / "apt/sources.list").write_text("\n".join(sources()) + "\n")
        (etc / "apt/apt.conf.d/90connection").write_text("\n".join(connection_settings()) + "\n")
        shutil.copy("/etc/resolv.conf", etc / "resolv.conf")
        authorities = Path("/usr/local/share/ca-certificates")
        if authorities.is_dir():
            shutil.copytree(authorities, cls.system / authorities.relative_to("/"), dirs_exist_ok=True)
        settings = Path.home() / ".m2/settings.xml"
        if settings.exists():
            (cls.system / "root/.m2").mkdir()
            shutil.copy(settings, cls.system / "root/.m2/settings.xml")

    def run_inside(self, *command, with_jdk=""):
        """What it printed on both streams, each line with the seconds since the start; and its exit status."""
        begun = time.monotonic()
        with subprocess.Popen(
            ["timeout", str(PATIENCE_SECONDS), "unshare", "--mount", "--pid", "--fork", "--kill-child",
             "sh", "-c", ENTER, "enter", str(self.system), with_jdk, *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            lines = [(time.monotonic() - begun, line.rstrip()) for line in process.stdout]
        return lines, process.returncode

    def second_of(self, lines, start):
        for second, line in lines:
            if line.startswith(start):
                return second
        return self.fail(f"nothing begins with {start!r} in:\n" + self.text(lines))

    @staticmethod
    def text(lines):
        return "\n".join(line for _, line in lines)

    def holds(self, lines, status):
        self.assertEqual(status, 0, self.text(lines))
        self.assertEqual(len(re.findall(r"^  holds", self.text(lines), re.MULTILINE)), 9, self.text(lines))

    def packages(self):
        return output("chroot", str(self.system), "dpkg-query", "--show")

    def test_1_without_a_jdk_it_is_said_where_to_get_one_and_nothing_is_changed(self):
        before = self.packages()
        lines, status = self.run_inside("./weft", "demo")
        self.assertEqual(status, 1)
        self.assertIn("adoptium.net", self.text(lines))
        self.assertEqual(self.packages(), before)
        self.assertFalse((self.system / "root/weft/cli/target").exists())

    def test_2_with_one_it_installs_what_is_missing_builds_and_holds(self):
        lines, status = self.run_inside("./weft", "demo", with_jdk=jdk())
        self.holds(lines, status)
        installing = self.second_of(lines, "Installing Debian packages that Weft needs: ")
        self.assertEqual(lines[0][1].split(":")[0], "Installing Debian packages that Weft needs")
        building = self.second_of(lines, "Building Weft")
        began = self.second_of(lines, BEGIN)
        total = lines[-1][0]
        gaps = [later - earlier for (earlier, _), (later, _) in zip(lines, lines[1:])]
        print(f"\nfirst run on {os.cpu_count()} cores: {total:.0f} s: packages {building - installing:.0f} s,"
              f" build {began - building:.0f} s, demo {total - began:.0f} s; longest silence {max(gaps):.0f} s")
        self.assertLess(total, FIRST_RUN_SECONDS)

    def test_3_the_next_run_starts_in_seconds_though_the_java_of_the_path_is_another(self):
        version, _ = self.run_inside("java", "-version", with_jdk=jdk())
        self.assertNotIn('version "25', self.text(version))
        lines, status = self.run_inside("./weft", "demo", with_jdk=jdk())
        self.holds(lines, status)
        began = self.second_of(lines, BEGIN)
        print(f"\nnext run: starts after {began:.1f} s, {lines[-1][0]:.0f} s in all")
        self.assertLess(began, LATER_START_SECONDS)


if __name__ == "__main__":
    unittest.main()
