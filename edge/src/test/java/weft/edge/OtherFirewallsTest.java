package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The edge beside rules as other programs make them. */
@Timeout(120)
class OtherFirewallsTest {
    private static final int PORT = 2408;
    private static final Passages EDGE = new Passages("weft0", PORT, List.of());

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Neighbourhood world;

    @BeforeEach
    void setUp() throws Exception {
        world = new Neighbourhood();
    }

    @AfterEach
    void tearDown() throws Exception {
        world.close();
    }

    static Stream<Arguments> firewalls() {
        List<String> ufw = List.of(
                "iptables -P INPUT DROP",
                "iptables -P FORWARD DROP",
                "iptables -N ufw-before-input",
                "iptables -A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
                "iptables -A ufw-before-input -m conntrack --ctstate INVALID -j DROP",
                "iptables -A INPUT -j ufw-before-input",
                "iptables -N ufw-before-forward",
                "iptables -A ufw-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
                "iptables -A FORWARD -j ufw-before-forward");
        List<String> docker = List.of(
                "iptables -P FORWARD DROP",
                "iptables -N DOCKER-USER",
                "iptables -N DOCKER-ISOLATION-STAGE-1",
                "iptables -A FORWARD -j DOCKER-USER",
                "iptables -A FORWARD -j DOCKER-ISOLATION-STAGE-1",
                "iptables -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
                "iptables -A DOCKER-ISOLATION-STAGE-1 -j RETURN",
                "iptables -A DOCKER-USER -j RETURN",
                "iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE");
        List<String> likeFirewalld = List.of(
                "nft add table inet rejecting",
                "nft add chain inet rejecting filter_FORWARD { type filter hook forward priority 10; policy accept; }",
                "nft add rule inet rejecting filter_FORWARD ct state established,related accept",
                "nft add rule inet rejecting filter_FORWARD reject with icmpx admin-prohibited",
                "nft add chain inet rejecting filter_INPUT { type filter hook input priority 10; policy accept; }",
                "nft add rule inet rejecting filter_INPUT ct state established,related accept",
                "nft add rule inet rejecting filter_INPUT icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept",
                "nft add rule inet rejecting filter_INPUT reject with icmpx admin-prohibited");
        List<String> legacy = List.of(
                "iptables-legacy -P FORWARD DROP",
                "iptables-legacy -A INPUT -p udp --dport 53 -j ACCEPT",
                "iptables-legacy -P INPUT DROP");
        return Stream.of(
                Arguments.of("ufw", ufw),
                Arguments.of("Docker", docker),
                Arguments.of("rejects at the end", likeFirewalld),
                Arguments.of("legacy iptables", legacy));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("firewalls")
    void theEdgeWorksBesideItAndLeavesItAsItWas(String name, List<String> commands) throws Exception {
        run(commands);
        String before = rules();
        OnePhone phone = new OnePhone(world, directory);
        try (Edge _ = phone.startEdge()) {
            phone.connect();
            assertThat(phone.isServed()).isTrue();
        }
        assertThat(rules()).isEqualTo(before);
        assertThat(phone.isServed()).isFalse();
    }

    @Test
    void aTableThatItsProgramKeepsForItselfIsToldOfAndNotAnError() throws Exception {
        Process owner = world.start("edge", "nft", "-i");
        OutputStream commands = owner.getOutputStream(); // the table is gone when it is closed
        commands.write("""
                add table inet kept { flags owner; }
                add chain inet kept guard { type filter hook forward priority 0; policy drop; }
                """.getBytes(StandardCharsets.US_ASCII));
        commands.flush();
        while (!rules().contains("guard")) {
            assertThat(owner.isAlive()).isTrue();
        }
        OnePhone phone = new OnePhone(world, directory);
        try (Edge _ = phone.startEdge()) {
            phone.connect();
            assertThat(phone.isServed()).isFalse();
            assertThat(world.within("edge", () -> OtherFirewalls.find(EDGE)))
                    .extracting(Blocker::table)
                    .containsExactly("kept");
            commands.close();
            assertThat(phone.isServedWithin(5)).isTrue();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("firewalls")
    void afterTheNamedCommandsNothingIsNamedAndTheEdgeAddsNothing(String name, List<String> commands) throws Exception {
        run(commands);
        List<Blocker> found = world.within("edge", () -> OtherFirewalls.find(EDGE));
        assertThat(found).flatExtracting(Blocker::stopped).contains(new Passage.From("weft0"));
        for (Blocker blocker : found) {
            world.in("edge", "sh", "-c", blocker.mend());
        }
        assertThat(world.within("edge", () -> OtherFirewalls.find(EDGE))).isEmpty();
        String mended = rules();
        try (Edge _ = new OnePhone(world, directory).startEdge()) {
            assertThat(rules().replaceFirst("(?s)table inet weft_weft0 \\{.*?\\n}\\n", ""))
                    .isEqualTo(mended);
            assertThat(world.within("edge", () -> OtherFirewalls.find(EDGE)))
                    .as("the edge's own table")
                    .isEmpty();
        }
    }

    private void run(List<String> commands) throws IOException {
        for (String command : commands) {
            world.in("edge", command.split(" ", command.startsWith("nft") ? 2 : -1));
        }
    }

    private String rules() throws IOException {
        return (world.in("edge", "nft", "-s", "list", "ruleset") + world.in("edge", "iptables-legacy", "-S"))
                .replaceAll("packets \\d+ bytes \\d+", "");
    }
}
