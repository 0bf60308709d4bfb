package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft wg NAME} behaves as wireguard-go and boringtun-cli do, so that scripts need not know which one they start. */
@Timeout(120)
class WeftWgTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String PEER = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
    private static final String OTHER = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final String name = "wgb" + ProcessHandle.current().pid() % 100_000 + "n" + NUMBER.incrementAndGet();
    private final Path socket = Path.of("/var/run/wireguard", name + ".sock");

    @SuppressWarnings("NullAway.Init") // set before each test
    private Netns namespace;

    @BeforeEach
    void namespace() {
        namespace = Netns.create("b");
    }

    /** Without its socket the program ends, with whatever was left of it. */
    @AfterEach
    void end() throws IOException {
        Files.deleteIfExists(socket);
        awaitThat("the program ends with its socket", () -> namespace.pids().isEmpty());
        namespace.close();
    }

    private static void awaitThat(String what, BooleanSupplier holds) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!holds.getAsBoolean()) {
            assertThat(Instant.now()).as(what).isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    /** As a shell script would; returns when the command does. */
    private String weftWg(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "wg";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return namespace.sh(String.join(" ", WeftProgram.command(command)));
    }

    private Path file(String fileName, String text) throws IOException {
        return Files.writeString(directory.resolve(fileName), text);
    }

    @Test
    void theCommandReturnsWhenTheInterfaceCanBeConfiguredAndTheInterfaceStays() {
        assertThat(weftWg(name)).isEmpty();
        assertThat(namespace.pids().lines()).hasSize(1);
        assertThat(namespace.sh("wg show interfaces").split("\\s+")).contains(name);
        namespace.sh("ip addr add 10.78.0.1/24 dev " + name + "; ip link set " + name + " up");
        assertThat(namespace.sh("ip -br link show " + name)).contains("UP");
        assertThat(namespace.sh("stat -c %a " + socket).strip()).isEqualTo("600");
    }

    @Test
    void thereMayBeSeveralShardsButNoOddNumberOfThem() {
        assertThatThrownBy(() -> weftWg("--shards", "3", name))
                .hasMessageContaining("there are 1, 2, 4 or 8 shards, not 3")
                .hasMessageContaining("weft wg --shards 2 " + name);
        assertThat(weftWg("--shards", "2", name)).isEmpty();
        assertThat(namespace.sh("wg show " + name)).contains("interface: " + name);
    }

    @Test
    void aNameInUseIsRefusedAndItsOwnerGoesOn() {
        weftWg(name);
        String first = namespace.pids();
        assertThatThrownBy(() -> weftWg(name))
                .hasMessageContaining("in use")
                .hasMessageContaining("ip link del " + name);
        assertThatThrownBy(() -> weftWg("-f", name)).hasMessageContaining(name);
        assertThat(namespace.pids()).isEqualTo(first);
        assertThat(namespace.sh("wg show " + name)).contains("interface: " + name);
    }

    @Test
    void aSocketThatAnEndedProcessLeftIsReplaced() {
        weftWg(name);
        namespace.sh("kill -9 " + namespace.pids());
        awaitThat("the process is gone", () -> namespace.pids().isEmpty());
        assertThat(socket).exists();
        weftWg(name);
        assertThat(namespace.sh("wg show " + name)).contains("interface: " + name);
    }

    @Test
    void itEndsWithItsInterface() {
        weftWg(name);
        namespace.sh("ip link del " + name);
        awaitThat("the process ends", () -> namespace.pids().isEmpty());
        assertThat(socket).doesNotExist();
    }

    @Test
    void itEndsOnASignalAndLeavesNeitherInterfaceNorSocket() {
        weftWg(name);
        namespace.sh("kill -TERM " + namespace.pids());
        awaitThat("the process ends", () -> namespace.pids().isEmpty());
        assertThat(socket).doesNotExist();
        assertThat(namespace.succeeds("ip link show " + name)).isFalse();
    }

    @Test
    void aShortageOfDescriptorsIsOutlived() {
        weftWg(name);
        String limit = "prlimit --pid " + namespace.pids() + " --nofile=";
        namespace.sh(limit + "3:");
        assertThat(namespace.succeeds("timeout 1 wg show " + name)).isFalse();
        namespace.sh(limit + "1024:");
        assertThat(namespace.sh("timeout 5 wg show " + name)).contains("interface: " + name);
    }

    @Test
    void namesThatNoInterfaceCanHaveAreRefused() {
        for (String impossible : new String[] {"sixteen-letters-", "../up", "a/b"}) {
            assertThatThrownBy(() -> weftWg(impossible))
                    .hasMessageContaining(impossible)
                    .hasMessageNotContaining("Exception");
        }
        assertThatThrownBy(() -> weftWg()).hasMessageContaining("weft wg wg0");
    }

    @Test
    void wholeConfigurationsAreSetAddedAndSynchronized() throws IOException {
        weftWg(name);
        String key = namespace.sh("wg genkey").strip();
        String psk = namespace.sh("wg genpsk").strip();
        Path whole = file("whole.conf", """
                [Interface]
                PrivateKey = %s
                ListenPort = 51999
                FwMark = 0x51
                [Peer]
                PublicKey = %s
                PresharedKey = %s
                AllowedIPs = 10.1.0.0/16, fd01::/48
                Endpoint = 192.0.2.9:51820
                PersistentKeepalive = 25
                """.formatted(key, PEER, psk));
        namespace.sh("wg setconf " + name + " " + whole);
        assertThat(namespace.sh("wg show " + name + " dump").lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith(key + "\t").endsWith("\t51999\t0x51"),
                        line -> assertThat(line)
                                .isEqualTo(
                                        PEER + "\t" + psk + "\t192.0.2.9:51820\t10.1.0.0/16,fd01::/48\t0\t0\t0\t25"));

        Path more = file("more.conf", "[Peer]\nPublicKey = " + OTHER + "\nAllowedIPs = 10.2.0.0/16\n");
        namespace.sh("wg addconf " + name + " " + more);
        assertThat(namespace.sh("wg show " + name + " peers").lines()).containsExactlyInAnyOrder(PEER, OTHER);

        Path other = file(
                "other.conf", "[Interface]\nPrivateKey = " + key + "\nListenPort = 51999\n" + Files.readString(more));
        namespace.sh("wg syncconf " + name + " " + other);
        assertThat(namespace.sh("wg show " + name + " peers").lines()).containsExactly(OTHER);
        assertThat(namespace.sh("wg showconf " + name)).contains("PrivateKey = " + key, "AllowedIPs = 10.2.0.0/16");
    }

    @Test
    void singleSettingsChangeWhatTheyNameAndNothingElse() throws IOException {
        weftWg(name);
        Path psk = file("psk", namespace.sh("wg genpsk"));
        namespace.sh("wg set " + name + " peer " + PEER + " preshared-key " + psk
                + " persistent-keepalive 7 endpoint [2001:db8::9]:4 allowed-ips 10.3.0.0/24");
        namespace.sh("wg set " + name + " peer " + PEER + " allowed-ips 10.4.0.0/24,fd04::/64");
        assertThat(namespace.sh("wg show " + name + " allowed-ips")).isEqualTo(PEER + "\t10.4.0.0/24 fd04::/64\n");
        assertThat(namespace.sh("wg show " + name + " persistent-keepalive")).isEqualTo(PEER + "\t7\n");
        assertThat(namespace.sh("wg show " + name + " endpoints")).isEqualTo(PEER + "\t[2001:db8::9]:4\n");

        namespace.sh("wg set " + name + " peer " + OTHER + " allowed-ips 10.4.0.0/24");
        assertThat(namespace.sh("wg show " + name + " allowed-ips").lines())
                .containsExactlyInAnyOrder(PEER + "\tfd04::/64", OTHER + "\t10.4.0.0/24");
        namespace.sh("wg set " + name + " peer " + PEER + " preshared-key /dev/null persistent-keepalive off");
        assertThat(namespace.sh("wg show " + name + " preshared-keys").lines())
                .containsExactlyInAnyOrder(PEER + "\t(none)", OTHER + "\t(none)");
        namespace.sh("wg set " + name + " peer " + PEER + " remove");
        assertThat(namespace.sh("wg show " + name + " peers")).isEqualTo(OTHER + "\n");
    }
}
