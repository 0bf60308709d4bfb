package weft.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import weft.netio.Namespaces;

/** The daemon as a process of its own in the phone's namespace, wireguard-go as the edge. Needs root. */
@Timeout(60)
class DaemonTest {
    @TempDir
    Path temporary;

    private Access access;
    private StateDirectory directory;
    private Process daemon;
    private String before;

    @BeforeEach
    void start() throws Exception {
        access = new Access();
        access.join4(0);
        directory = new StateDirectory(temporary.resolve("device"));
        directory.save(access.profile());
        before = access.snapshot();
        daemon = start(directory);
        Access.awaitTrue(() -> DaemonClient.open(directory).isPresent());
    }

    @AfterEach
    void stop() throws Exception {
        daemon.destroyForcibly().waitFor();
        access.remove();
    }

    private Process start(StateDirectory where) throws IOException {
        return new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        access.phone,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DaemonMain.class.getName(),
                        where.path().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private Status status() throws IOException {
        try (DaemonClient client = DaemonClient.open(directory).orElseThrow()) {
            return client.status();
        }
    }

    private void awaitConnected() throws Exception {
        Access.awaitTrue(() -> status().state() == Status.State.CONNECTED);
    }

    @Test
    void connectsAndDisconnectRestoresTheMachine() throws Exception {
        awaitConnected();
        assertThat(access.pings(Access.FAR6)).isTrue();
        assertThat(Files.getPosixFilePermissions(directory.socket()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (DaemonClient client = DaemonClient.open(directory).orElseThrow()) {
            assertThat(client.connect().handshakes())
                    .as("connect is idempotent")
                    .isEqualTo(1);
            assertThat(client.disconnect().state()).isEqualTo(Status.State.DISCONNECTED);
        }
        assertThat(access.snapshot()).isEqualTo(before);
        assertThat(directory.socket()).doesNotExist();
        assertThat(daemon.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(daemon.exitValue()).isZero();
    }

    @Test
    void sigtermRestoresTheMachine() throws Exception {
        awaitConnected();
        daemon.destroy();
        assertThat(daemon.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(access.snapshot()).isEqualTo(before);
    }

    @Test
    void whatAKilledDaemonLeavesIsClearedAway() throws Exception {
        awaitConnected();
        daemon.destroyForcibly().waitFor();
        assertThat(access.onPhone("ip rule")).as("left behind").contains("fwmark");
        assertThat(access.pings("192.0.2.1"))
                .as("the network works all the same")
                .isTrue();
        assertThat(DaemonClient.open(directory)).isEmpty();
        assertThat(Namespaces.within(Path.of("/run/netns", access.phone), Connection::removeLeftovers))
                .isTrue();
        assertThat(access.snapshot()).isEqualTo(before);
    }

    @Test
    void aNewDaemonTakesOverFromAKilledOne() throws Exception {
        awaitConnected();
        daemon.destroyForcibly().waitFor();
        daemon = start(directory);
        Access.awaitTrue(() -> DaemonClient.open(directory).isPresent());
        awaitConnected();
        assertThat(access.pings(Access.FAR4)).isTrue();
        try (DaemonClient client = DaemonClient.open(directory).orElseThrow()) {
            client.disconnect();
        }
        assertThat(access.snapshot()).isEqualTo(before);
    }

    @Test
    void leavesTheRulesOfALivingConnectionAlone() throws Exception {
        awaitConnected();
        assertThatThrownBy(() -> Namespaces.within(Path.of("/run/netns", access.phone), Connection::removeLeftovers))
                .hasMessageContaining("another connection");
        assertThat(access.pings(Access.FAR4)).isTrue();
    }

    @Test
    void refusesWhatItDoesNotUnderstand() throws Exception {
        assertThat(reply("nonsense")).contains("\"version\":1", "\"error\":\"not a request");
        assertThat(reply("{\"version\":9,\"command\":\"status\"}"))
                .contains("\"error\":\"this daemon speaks version 1");
        assertThat(reply("{\"version\":1,\"command\":\"dance\"}")).contains("\"error\"");
        assertThat(reply("{\"version\":1,\"command\":\"status\"}"))
                .contains("\"status\":{\"version\":1,\"state\":\"conn");
    }

    private String reply(String line) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(directory.socket()));
                BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
            Channels.newOutputStream(channel).write((line + "\n").getBytes(StandardCharsets.UTF_8));
            return in.readLine();
        }
    }
}
