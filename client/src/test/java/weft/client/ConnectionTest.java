package weft.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against Debian's wireguard-go, in network namespaces of their own. Needs root. */
@Timeout(60)
class ConnectionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Access access;

    @BeforeEach
    void build() throws Exception {
        access = new Access();
    }

    @AfterEach
    void tearDown() throws Exception {
        access.remove();
    }

    @Test
    void connectsOverIpv4AndCarriesBothFamilies() throws Exception {
        access.join4(0);
        assertThat(access.pings(Access.FAR4)).as("before").isFalse();
        String before = access.snapshot();
        try (Connection connection = access.connect()) {
            assertThat(connection.awaitConnected(PATIENCE)).isTrue();
            assertThat(connection.status().family()).contains("ipv4");
            assertThat(connection.status().endpoint()).contains(Access.EDGE4 + ":2408");
            assertThat(access.pings(Access.FAR4)).as("IPv4 inside").isTrue();
            assertThat(access.pings(Access.FAR6)).as("IPv6 inside").isTrue();
            assertThat(access.pings("192.0.2.1")).as("the local network").isTrue();
            Status status = connection.status();
            assertThat(status.state()).isEqualTo(Status.State.CONNECTED);
            assertThat(status.handshakeMs()).isPresent();
            assertThat(status.receivedBytes()).isGreaterThan(2 * 84);
            System.out.printf(
                    "connected after %s ms, handshake %s ms%n",
                    status.connectedAfterMs().orElseThrow(),
                    status.handshakeMs().orElseThrow());
        }
        assertThat(access.snapshot()).isEqualTo(before);
    }

    @Test
    void connectsOverIpv6Alone() throws Exception {
        access.join6(0);
        String before = access.snapshot();
        try (Connection connection = access.connect()) {
            assertThat(connection.awaitConnected(PATIENCE)).isTrue();
            assertThat(connection.status().family()).contains("ipv6");
            assertThat(access.pings(Access.FAR4)).isTrue();
            assertThat(access.pings(Access.FAR6)).isTrue();
        }
        assertThat(access.snapshot()).isEqualTo(before);
    }

    @Test
    void takesTheOtherFamilyIfOneDoesNotAnswer() throws Exception {
        access.join4(0);
        access.join6(0);
        access.loseSilently("ipv4");
        try (Connection connection = access.connect()) {
            assertThat(connection.awaitConnected(PATIENCE)).isTrue();
            Status status = connection.status();
            assertThat(status.family()).contains("ipv6");
            assertThat(status.connectedAfterMs().orElseThrow()).isLessThan(3_000);
        }
    }

    @Test
    void keepsItsSessionOnAnotherNetwork() throws Exception {
        access.join4(0);
        try (Connection connection = access.connect()) {
            assertThat(connection.awaitConnected(PATIENCE)).isTrue();
            assertThat(access.pings(Access.FAR4)).isTrue();
            String handshake = access.lastHandshakeAtEdge();
            Thread.sleep(1_100); // the edge tells the time of a handshake in whole seconds
            access.leave(0);
            access.join4(1);
            Access.awaitTrue(() -> access.endpointAtEdge().contains("198.51.100.2"));
            assertThat(access.pings(Access.FAR4)).isTrue();
            access.leave(1);
            access.join6(1);
            Access.awaitTrue(() -> access.endpointAtEdge().contains("2001:db8:1::2"));
            assertThat(access.pings(Access.FAR4)).isTrue();
            assertThat(access.lastHandshakeAtEdge()).isEqualTo(handshake);
            assertThat(connection.status().handshakes()).isEqualTo(1);
        }
    }

    @Test
    void saysSoWhenThereIsNoNetworkAndConnectsOnceThereIs() throws Exception {
        try (Connection connection = access.connect()) {
            Access.awaitTrue(() -> connection.status().reason().orElse("").contains("no route"));
            assertThat(connection.status().state()).isEqualTo(Status.State.CONNECTING);
            access.join4(0);
            assertThat(connection.awaitConnected(PATIENCE)).isTrue();
        }
    }

    @Test
    void repliesLeaveWhereTheRequestsCameIn() throws Exception {
        access.join4(0);
        try (Connection connection = access.connect()) {
            assertThat(connection.awaitConnected(PATIENCE)).isTrue();
            assertThat(access.onPhone("ip route get 8.8.8.8")).contains("dev weft");
            assertThat(access.onPhone("ip route get 8.8.8.8 from 192.0.2.2")).contains("via 192.0.2.1 dev e0");
            assertThat(access.onPhone("ip -6 route get 2001:db8:9::9")).contains("dev weft");
        }
    }

    @Test
    void aKeyOfTheFleetsThatNoEdgeAnswersToCostsNoPacket() throws Exception {
        access.join4(0);
        try (Connection connection = access.connect()) {
            assertThat(connection.awaitConnected(PATIENCE)).isTrue();
            connection.told(access.profileWith(Access.newKey()));
            for (int i = 0; i < 20; i++) {
                assertThat(access.pings(Access.FAR4)).isTrue();
            }
            assertThat(connection.status().handshakes()).isEqualTo(1);
        }
    }

    @Test
    void aSessionGoesOverToTheFleetsNextKey() throws Exception {
        access.join4(0);
        try (Connection connection = access.connect()) {
            assertThat(connection.awaitConnected(PATIENCE)).isTrue();
            Profile next = access.changeEdgesKey();
            connection.told(next);
            Access.awaitTrue(() -> connection.status().handshakes() == 2);
            assertThat(access.pings(Access.FAR4)).isTrue();
            connection.told(next);
            assertThat(access.pings(Access.FAR6)).isTrue();
            assertThat(connection.status().handshakes()).as("told once more").isEqualTo(2);
        }
    }

    @Test
    void aDeviceThatSleptThroughTheChangeConnectsByTheKeyThatItIsTold() throws Exception {
        Profile next = access.changeEdgesKey();
        access.join4(0);
        try (Connection connection = access.connect()) {
            assertThat(connection.awaitConnected(Duration.ofMillis(500))).isFalse();
            connection.told(next);
            assertThat(connection.awaitConnected(PATIENCE)).isTrue();
            assertThat(access.pings(Access.FAR4)).isTrue();
        }
    }
}
