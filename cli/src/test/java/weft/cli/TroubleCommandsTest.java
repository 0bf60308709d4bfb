package weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import picocli.CommandLine;
import weft.lab.Cities;
import weft.lab.Daemon;
import weft.lab.Host;
import weft.lab.Topology;
import weft.lab.World;

/** What the commands do to a world that they know nothing of but its number; what a fleet makes of it is tested end to end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TroubleCommandsTest {
    private static final String WEB = "198.51.100.4";

    private final World world = World.raise(Cities.of(1, 1, 1600, Duration.ofSeconds(30)));
    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @AfterAll
    void end() {
        world.close();
    }

    private int run(String... words) {
        List<String> all = new ArrayList<>(List.of("lab"));
        all.addAll(Arrays.asList(words));
        all.addAll(List.of("--world", Long.toString(world.pid())));
        CommandLine line = Weft.commandLine().setOut(new PrintWriter(output)).setErr(new PrintWriter(errors));
        return line.execute(all.toArray(String[]::new));
    }

    private void does(String says, String... words) {
        assertThat(run(words)).as(errors.toString()).isZero();
        assertThat(output.toString()).contains(says);
    }

    private void refuses(String why, String... words) {
        assertThat(run(words)).isEqualTo(1);
        assertThat(errors.toString()).contains(why);
    }

    private Host phone() {
        return world.host(Topology.PHONE);
    }

    private boolean answers(String address) {
        return phone().run("ping", "-c", "1", "-W", "1", address).ok();
    }

    @Test
    void aDeviceMovesAndTheNatThatItIsBehindForgetsIt() {
        does("phone is on cellular.", "move", "cellular");
        assertThat(phone().output("ip", "-4", "route", "show", "default")).contains("dev cellular");
        assertThat(answers(WEB)).isTrue();
        Host cellular = world.host(Topology.CELLULAR);
        assertThat(cellular.output("conntrack", "-L")).contains(WEB);
        does("cellular has forgotten who is behind it.", "rebind");
        assertThat(cellular.output("conntrack", "-L")).doesNotContain(WEB);
        does("phone is on wifi.", "move", "wifi");
        assertThat(answers(WEB)).isTrue();
        does("cellular has forgotten", "rebind", "cellular");
        refuses("web translates no addresses; these do: wifi, cellular", "rebind", "web");
        refuses("laptop has no way to cellular; it has: wifi", "move", "cellular", "--device", "laptop");
    }

    @Test
    void theFleetsAddressesAreLedToAnotherCity() {
        Host internet = world.host(Topology.INTERNET);
        does("Packets for the fleet go to city b.", "lead", "b");
        assertThat(internet.output("ip", "route", "get", "203.0.113.1")).contains("dev router-b");
        does("go to city a.", "lead", "a");
        assertThat(internet.output("ip", "route", "get", "203.0.113.1")).contains("dev router-a");
        refuses("There is no city c in this world", "lead", "c");
    }

    @Test
    void aHostIsCutOffAndReachedAgain() {
        does("web is cut off.", "cut", "web");
        assertThat(answers(WEB)).isFalse();
        does("web is reached again.", "mend", "web");
        assertThat(answers(WEB)).isTrue();
        refuses("Nothing is cut at web.", "mend", "web");
        refuses("There is no host nowhere in this world.", "cut", "nowhere");
    }

    @Test
    void aProgramIsKilledAndStartedAgainAsItWasBefore() {
        Daemon daemon = world.host("a1").start("edge", List.of("sleep", "1000"));
        daemon.await("to be a sleep", () -> isASleep("a1"), Duration.ofSeconds(5));
        refuses("edge runs on a1 already.\n  Next: weft lab kill a1", "start", "a1");
        does("edge on a1 is dead.\nNext: weft lab start a1\n", "kill", "a1");
        assertThat(isASleep("a1")).isFalse();
        refuses("edge does not run on a1.\n  Next: weft lab start a1", "kill", "a1");
        does("edge runs on a1.", "start", "a1");
        daemon.await("to be a sleep again", () -> isASleep("a1"), Duration.ofSeconds(5));
        does("edge on a1 is dead.", "kill", "a1");
        refuses("There is no etcd on a1; it has: edge", "kill", "a1", "etcd");
        refuses("There is no edge on b1; it has: none", "start", "b1");
    }

    private boolean isASleep(String host) {
        return world.host(host)
                .run("sh", "-c", "tr '\\0' ' ' </proc/$(cat /run/daemons/edge.pid)/cmdline | grep -q '^sleep 1000'")
                .ok();
    }

    @Test
    void whatThisWorldHasNotIsNamed() {
        refuses("There is no etcd in this world", "cut", "a1", "--from-etcd");
        refuses("The programs on a1 see the machine's clock", "skew", "a1", "8s");
        refuses("TIME: a time such as 90s", "skew", "a1", "soon");
        refuses("There is no edge on router-a; it has: none", "drain", "router-a");
    }
}
