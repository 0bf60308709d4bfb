package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code weft settings} changes, seen on the wire of a connected device. */
@Timeout(120)
class SettingsTest {
    /** A session may be renewed when it is 5 s old, and the client looks once a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private OneMachine world;

    @BeforeEach
    void connectTheMachines() throws IOException {
        world = new OneMachine(directory);
    }

    @AfterEach
    void end() {
        settings("disconnect");
        world.close();
    }

    private Said settings(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--state-dir", world.state("phone")));
        return world.weft(world.device, all.toArray(String[]::new));
    }

    @Test
    void aDeviceStopsStampingItsClientIdWithoutLosingAPacket() throws IOException {
        world.serve();
        world.join(world.invite(), "phone").succeeded();
        assertThat(stampsOnTheWire("stamped")).hasSize(1).doesNotContain("000000");

        Process ping = world.device.start(
                directory.resolve("ping.log"),
                "ping",
                "-n",
                "-i",
                "0.02",
                "-c",
                "400",
                "-w",
                "30",
                OneMachine.INTERNET);
        settings("settings", "set", "stamp", "off").succeeded();
        awaitStamps("zeros", stamps -> stamps.equals(List.of("000000")));
        assertThat(ping.onExit().join().exitValue()).isZero();
        assertThat(answered(directory.resolve("ping.log")))
                .isEqualTo(IntStream.rangeClosed(1, 400).boxed().toList());
    }

    private void awaitStamps(String name, Predicate<List<String>> condition) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.test(stampsOnTheWire(name))) {
            assertThat(System.nanoTime()).as(name).isLessThan(deadline);
        }
    }

    /** The last answers may come after ping's own reckoning of what is lost, so that is not asked. */
    private static List<Integer> answered(Path pings) throws IOException {
        return Pattern.compile("icmp_seq=(\\d+)")
                .matcher(Files.readString(pings))
                .results()
                .map(answer -> Integer.parseInt(answer.group(1)))
                .sorted()
                .toList();
    }

    /** Of all datagrams of the tunnel in both directions, while ten pings pass. */
    private List<String> stampsOnTheWire(String name) throws IOException {
        Path capture = directory.resolve(name);
        Process tcpdump = world.server.start(capture, "tcpdump", "-l", "-n", "-x", "-i", "eth0", "udp port 2408");
        while (!Files.readString(capture).contains("listening on")) {
            Thread.onSpinWait();
        }
        world.device.sh("ping -n -c 10 -i 0.05 -w 5 " + OneMachine.INTERNET);
        tcpdump.destroy();
        tcpdump.onExit().join();
        // 20 bytes of IPv4 and 8 of UDP come first: type and stamp are the seventh and eighth group of the second line.
        return Files.readAllLines(capture).stream()
                .filter(line -> line.strip().startsWith("0x0010:"))
                .map(line ->
                        String.join("", List.of(line.strip().split("\\s+", -1)).subList(7, 9)))
                .map(header -> header.substring(2))
                .distinct()
                .toList();
    }
}
