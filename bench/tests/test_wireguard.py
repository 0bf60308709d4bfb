import unittest

from lib.need import Missing
from lib.wireguard import Implementation


class ImplementationTest(unittest.TestCase):
    def test_settings_come_before_the_program(self) -> None:
        found = Implementation.parse("GOMAXPROCS=1 LABEL='two words' sh wg --key=value")
        self.assertEqual(found.environment, {"GOMAXPROCS": "1", "LABEL": "two words"})
        self.assertTrue(found.words[0].endswith("/sh"))
        self.assertEqual(found.words[1:], ("wg", "--key=value"))

    def test_a_program_that_is_not_there_names_the_command_that_installs_it(self) -> None:
        with self.assertRaisesRegex(Missing, "no-such-wireguard is not installed.*bench/peers"):
            Implementation.parse("no-such-wireguard")

    def test_settings_alone_name_no_program(self) -> None:
        with self.assertRaises(Missing):
            Implementation.parse("GOMAXPROCS=1")
