package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code weft doctor} names among the rules of others, and what it leaves unnamed. */
@Timeout(60)
class BlockersTest {
    private static final int PORT = 2408;
    private static final Passages EDGE = new Passages("weft0", PORT, List.of());

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

    private List<Blocker> find() throws Exception {
        return world.within("edge", () -> OtherFirewalls.find(EDGE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nft 'add table inet mine; add chain inet mine guard { type filter hook input priority 0; policy drop; }'",
                "iptables -P INPUT DROP",
                "iptables-legacy -P INPUT DROP"
            })
    void theCommandThatIsNamedForAClosedPortOpensIt(String rule) throws Exception {
        world.in("edge", "sh", "-c", rule);
        assertThat(reachesTheEdge()).isFalse();
        List<Blocker> found = find();
        assertThat(found)
                .singleElement()
                .extracting(Blocker::stopped)
                .isEqualTo(List.of(new Passage.Port(Opening.Protocol.UDP, PORT)));
        world.in("edge", "sh", "-c", found.getFirst().mend());
        assertThat(reachesTheEdge()).isTrue();
        assertThat(find()).as("asked again").isEmpty();
    }

    /** Whether a datagram from the device's side arrives at the port where an edge listens. */
    private boolean reachesTheEdge() throws Exception {
        try (DatagramSocket edge = world.within("edge", () -> new DatagramSocket(PORT));
                DatagramSocket device = world.within("device", () -> new DatagramSocket())) {
            edge.setSoTimeout(500);
            device.send(new DatagramPacket(new byte[1], 1, Neighbourhood.ANYCAST4, PORT));
            edge.receive(new DatagramPacket(new byte[1], 1));
            return true;
        } catch (SocketTimeoutException nothing) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "udp dport 2408 accept",
                "udp dport { 53, 2000-3000 } accept",
                "meta l4proto { tcp, udp } th dport 2408 accept",
                "udp dport vmap { 53 : drop, 2408 : accept }",
                "ct state new,untracked udp dport 2408 counter accept",
                "ct state invalid drop; add rule inet mine guard_input ip saddr 10.0.0.0/8 drop;"
                        + " add rule inet mine guard_input udp dport != 53 accept",
                "jump ours; add rule inet mine ours udp dport 2408 accept",
                "iifname to-device goto ours; add rule inet mine ours udp dport 2408 accept", // a zone of firewalld
                "iifname vmap { lo : accept, to-device : jump ours }; add rule inet mine ours udp dport 2408 accept"
            })
    void aPortThatSomebodyHasOpenedIsNotNamed(String rules) throws Exception {
        guard("input", rules);
        assertThat(find()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "udp dport 2409 accept",
                "tcp dport 2408 accept",
                "udp sport 2408 accept",
                "ct state new udp dport 2408 accept", // the tunnel's datagrams are not tracked
                "udp dport 2408 drop; add rule inet mine guard_input udp dport 2408 accept",
                "udp dport 2408 return; add rule inet mine guard_input udp dport 2408 accept",
                "limit rate 1/minute accept; add rule inet mine guard_input reject",
                "iifname lo accept",
                "iifname docker0 goto ours; add rule inet mine ours accept" // it trusts another network
            })
    void aPortThatSomethingElseIsOpenForIsNamed(String rules) throws Exception {
        guard("input", rules);
        assertThat(find())
                .singleElement()
                .extracting(Blocker::stopped)
                .isEqualTo(List.of(new Passage.Port(Opening.Protocol.UDP, PORT)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -p udp --dport 2408 -j ACCEPT | true
            -p udp -m multiport --dports 53,2000:3000 -m comment --comment "-j DROP" -j ACCEPT | true
            -p udp -m conntrack --ctstate NEW,UNTRACKED -m udp --dport 1:3000 -j ACCEPT | true
            -i to-device -p udp --dport 2408 -j ACCEPT | true
            -p udp -j ours | true
            ! -p udp -j ACCEPT | false
            -p tcp --dport 2408 -j ACCEPT | false
            -p udp --sport 2408 -j ACCEPT | false
            -i weft+ -j ACCEPT | false
            -p udp --dport 2408 -j LOG | false
            """)
    void whatLegacyIptablesAcceptsIsUnderstood(String rule, boolean opens) throws Exception {
        world.in(
                "edge",
                "sh",
                "-c",
                "iptables-legacy -P INPUT DROP; iptables-legacy -N ours; iptables-legacy -A ours -p udp --dport 2408 -j ACCEPT;"
                        + " iptables-legacy -A INPUT " + rule);
        assertThat(find().isEmpty()).isEqualTo(opens);
    }

    /** A chain of somebody's that drops what these rules do not accept. */
    private void guard(String hook, String rules) throws IOException {
        world.in(
                "edge",
                "nft",
                "add table inet mine; add chain inet mine ours; add chain inet mine guard_%1$s { type filter hook %1$s priority 0; policy drop; }; add rule inet mine guard_%1$s %2$s"
                        .formatted(hook, rules));
    }

    @Test
    void theConfiguredInterfaceAndPortsAreThoseThatAreNamed() throws Exception {
        guard("forward", "ct state established,related accept");
        guard("input", "udp dport { 4500, 2408 } accept; add rule inet mine guard_input tcp dport 8470 accept");
        world.in("edge", "iptables-legacy", "-P", "INPUT", "DROP");
        Passages other = new Passages("wg.9", 4500, List.of(8470));
        List<String> mends = world.within("edge", () -> OtherFirewalls.find(other)).stream()
                .map(Blocker::mend)
                .toList();
        assertThat(mends)
                .containsExactly(
                        "nft 'insert rule inet mine guard_forward iifname \"wg.9\" accept'",
                        "iptables-legacy -I INPUT -p udp --dport 4500 -j ACCEPT"
                                + " && iptables-legacy -I INPUT -p tcp --dport 8470 -j ACCEPT");
    }
}
