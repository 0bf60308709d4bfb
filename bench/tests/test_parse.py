import json
import unittest

from lib import parse

PING = """PING 10.77.0.2 (10.77.0.2) 56(84) bytes of data.
64 bytes from 10.77.0.2: icmp_seq=1 ttl=64 time=0.443 ms
64 bytes from 10.77.0.2: icmp_seq=2 ttl=64 time=12.5 ms
64 bytes from 10.77.0.2: icmp_seq=3 ttl=64 time=101 ms

--- 10.77.0.2 ping statistics ---
3 packets transmitted, 3 received, 0% packet loss, time 10ms
rtt min/avg/max/mdev = 0.443/37.981/101.000/44.817 ms
"""


class PingTest(unittest.TestCase):
    def test_gives_each_round_trip_in_microseconds(self) -> None:
        self.assertEqual(parse.ping(PING), [443.0, 12_500.0, 101_000.0])

    def test_no_reply_is_an_error(self) -> None:
        with self.assertRaises(parse.Unreadable):
            parse.ping("--- 10.77.0.2 ping statistics ---\n3 packets transmitted, 0 received, 100% packet loss\n")


class Iperf3Test(unittest.TestCase):
    def test_gives_what_the_receiver_got(self) -> None:
        end = {
            "sum_sent": {"bytes": 2_000, "bits_per_second": 16_000.0},
            "sum_received": {"bytes": 1_000, "bits_per_second": 8_000.5},
        }
        transfer = parse.iperf3(json.dumps({"end": end}))
        self.assertEqual(transfer, parse.TcpTransfer(8_000.5, 1_000))

    def test_its_own_error_is_told(self) -> None:
        with self.assertRaisesRegex(parse.Unreadable, "unable to connect"):
            parse.iperf3('{"end": {}, "error": "unable to connect to server"}')

    def test_a_run_that_carried_nothing_is_an_error(self) -> None:
        with self.assertRaisesRegex(parse.Unreadable, "nothing"):
            parse.iperf3('{"end": {"sum_received": {"bytes": 0, "bits_per_second": 0}}}')

    def test_anything_else_is_an_error(self) -> None:
        for output in ("", "iperf3: killed", '{"end": {}}'):
            with self.subTest(output), self.assertRaises(parse.Unreadable):
                parse.iperf3(output)
