package weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weft.api.Json;

/** A fleet of one machine on a host whose own firewall lets nothing in and nothing through. */
@Timeout(300)
class ClosedHostTest {
    private static final String NFTABLES = """
            nft -f - <<END
            table inet host {
              chain input { type filter hook input priority 0; policy drop; ct state established,related accept; iifname lo accept; }
              chain forward { type filter hook forward priority 0; policy drop; ct state established,related accept; }
            }
            END""";
    private static final String IPTABLES =
            "iptables -P INPUT DROP; iptables -P FORWARD DROP; iptables -A INPUT -i lo -j ACCEPT;"
                    + " iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private OneMachine world;

    @BeforeEach
    void setUp() throws IOException {
        world = new OneMachine(directory);
    }

    @AfterEach
    void tearDown() {
        world.weft(world.device, "disconnect", "--state-dir", world.state("phone"));
        world.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {NFTABLES, IPTABLES})
    void aDeviceRegistersAndIsOnlineAndAllIsClosedAgainAtTheEnd(String firewall) throws Exception {
        world.server.sh(firewall);
        String before = rules();
        Process serve = world.serve();
        world.join(world.invite(), "phone").succeeded();
        assertThat(world.online(5)).isTrue();
        assertThat(rules()).contains("tcp dport 8080").doesNotContain("8471"); // the admin API's
        serve.destroy();
        serve.waitFor();
        assertThat(rules()).isEqualTo(before);
    }

    @Test
    void theDoctorNamesWhatIsClosedUntilItsCommandsWereRun() {
        world.server.sh(NFTABLES);
        List<String> mends = firewallMends();
        assertThat(mends).hasSize(2);
        assertThat(String.join(" ", mends))
                .contains("iifname \"weft0\"", "udp dport 2408", "tcp dport 8080")
                .doesNotContain("8471");
        mends.forEach(world.server::sh);
        assertThat(firewallMends()).isEmpty();
    }

    /** The commands of what the doctor finds about firewalls. */
    private List<String> firewallMends() {
        Said said = world.weft(
                world.server, "doctor", "--json", "--config", world.config().toString());
        Map<?, ?> report = Json.read(said.text().getBytes(StandardCharsets.UTF_8), Map.class);
        return ((List<?>) report.get("findings"))
                .stream()
                        .map(finding -> (Map<?, ?>) finding)
                        .filter(finding -> "firewall".equals(finding.get("subject")) && finding.get("mend") != null)
                        .map(finding -> String.valueOf(finding.get("mend")))
                        .toList();
    }

    private String rules() {
        return world.server.sh("nft -s list ruleset").replaceAll("packets \\d+ bytes \\d+", "");
    }
}
