import json
import socket
import subprocess
import unittest
from collections.abc import Callable

from lib import need


def receiver(port: int) -> subprocess.Popen[str]:
    command = [str(need.udpload()), "receive", "127.0.0.1", str(port)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.readline()
    return process


def send(port: int, rate: int, seconds: float) -> dict[str, float]:
    command = [str(need.udpload()), "send", "127.0.0.1", str(port), "64", str(rate), str(seconds)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=20).stdout
    sent: dict[str, float] = json.loads(printed)
    return sent


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class UdpLoadTest(unittest.TestCase):
    def through(self, relay: Callable[[list[bytes]], list[bytes]]) -> tuple[int, dict[str, int]]:
        """What was sent, and what the receiver counted of what `relay` made of it."""
        port = free_port()
        process = receiver(port)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as middle:
            middle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            middle.bind(("127.0.0.1", 0))
            sent = int(send(middle.getsockname()[1], 500, 0.2)["sent"])
            middle.settimeout(5)
            datagrams = [middle.recv(2048) for _ in range(sent)]
            for datagram in relay(datagrams):
                middle.sendto(datagram, ("127.0.0.1", port))
        return sent, json.loads(process.communicate(timeout=10)[0])

    def test_counts_what_arrives(self) -> None:
        sent, counted = self.through(lambda datagrams: datagrams)
        self.assertGreater(sent, 50)
        self.assertEqual(counted, {"received": sent, "duplicates": 0, "reordered": 0})

    def test_a_lost_datagram_is_missing_and_a_duplicate_makes_up_for_none(self) -> None:
        sent, counted = self.through(lambda datagrams: datagrams[10:] + datagrams[20:25])
        self.assertEqual(counted["received"], sent - 10)
        self.assertEqual(counted["duplicates"], 5)

    def test_a_late_datagram_counts_as_received(self) -> None:
        sent, counted = self.through(lambda datagrams: datagrams[1:] + datagrams[:1])
        self.assertEqual(counted, {"received": sent, "duplicates": 0, "reordered": 1})

    def test_never_sends_faster_than_asked(self) -> None:
        sent = send(free_port(), 10_000, 0.5)  # to a closed port: what comes back stops nothing
        self.assertLessEqual(sent["sent"], 10_000 * sent["seconds"] + 1)
        self.assertGreater(sent["sent"], 10_000 * sent["seconds"] * 0.2)
