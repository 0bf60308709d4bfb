package weft.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import weft.client.EndpointChoice.Step;
import weft.client.EndpointChoice.Traffic;

class EndpointChoiceTest {
    private static final long MS = 1_000_000;
    private static final InetSocketAddress V4 = endpoint("203.0.113.1");
    private static final InetSocketAddress V6 = endpoint("2001:db8:e::1");
    private static final Optional<Way> NONE = Optional.empty();
    private static final Optional<Way> WIFI = way(2, "192.0.2.2");
    private static final Optional<Way> WIFI6 = way(2, "2001:db8::2");
    private static final Optional<Way> CELLULAR = way(3, "198.51.100.2");
    private static final Traffic NOTHING = new Traffic(0, 0, 0);
    private static final Step STAY = new Step.Stay();

    private final EndpointChoice choice = new EndpointChoice(List.of(V4, V6));
    private long now = 1_000_000 * MS;

    private static InetSocketAddress endpoint(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 2408);
    }

    private static Optional<Way> way(int link, String source) {
        return Optional.of(new Way(OptionalInt.of(link), Optional.empty(), Optional.of(InetAddress.ofLiteral(source))));
    }

    private Step after(long millis, Optional<Way> to4, Optional<Way> to6, Traffic traffic) {
        now += millis * MS;
        return choice.look(now, List.of(to4, to6), traffic);
    }

    private Step after(long millis, Optional<Way> to4, Optional<Way> to6) {
        return after(millis, to4, to6, NOTHING);
    }

    private void connectOverIpv4() {
        assertThat(after(0, WIFI, WIFI6)).isEqualTo(new Step.Begin(V4));
        choice.established();
    }

    @Test
    void waitsForANetwork() {
        assertThat(after(0, NONE, NONE)).isEqualTo(STAY);
        assertThat(choice.endpoint()).isEmpty();
        assertThat(choice.hasWay()).isFalse();
        assertThat(after(60_000, NONE, WIFI6)).isEqualTo(new Step.Begin(V6));
        assertThat(choice.endpoint()).contains(V6);
    }

    @Test
    void theFamiliesTakeTurnsUntilOneAnswers() {
        assertThat(after(0, WIFI, WIFI6)).isEqualTo(new Step.Begin(V4));
        assertThat(after(1_400, WIFI, WIFI6)).isEqualTo(STAY);
        assertThat(after(100, WIFI, WIFI6)).isEqualTo(new Step.Begin(V6));
        assertThat(after(3_400, WIFI, WIFI6)).isEqualTo(STAY);
        assertThat(after(100, WIFI, WIFI6)).isEqualTo(new Step.Begin(V4));
    }

    @Test
    void aLoneEndpointIsLeftToTheProtocolsOwnRepetitionUntilThatGivesUp() {
        assertThat(after(0, WIFI, NONE)).isEqualTo(new Step.Begin(V4));
        assertThat(after(60_000, WIFI, NONE)).isEqualTo(STAY);
        choice.unreachable(now);
        assertThat(after(100, WIFI, NONE)).isEqualTo(new Step.Begin(V4));
        assertThat(after(100, WIFI, NONE)).isEqualTo(STAY);
    }

    @Test
    void aNetworkThatChangesBeforeTheAnswerStartsAnew() {
        assertThat(after(0, WIFI, NONE)).isEqualTo(new Step.Begin(V4));
        assertThat(after(100, CELLULAR, NONE)).isEqualTo(new Step.Begin(V4));
        assertThat(after(100, NONE, WIFI6)).isEqualTo(new Step.Begin(V6));
    }

    @Test
    void aSessionFollowsTheNetworkAndDoesNotLeaveItsFamilyWithoutNeed() {
        connectOverIpv4();
        assertThat(after(1_000, CELLULAR, WIFI6)).isEqualTo(new Step.Move(V4));
        assertThat(after(1_000, CELLULAR, WIFI6)).isEqualTo(STAY);
        assertThat(after(1_000, NONE, WIFI6)).isEqualTo(new Step.Move(V6));
        assertThat(after(1_000, CELLULAR, WIFI6)).isEqualTo(STAY);
    }

    @Test
    void aSessionOutlivesATimeWithoutNetwork() {
        connectOverIpv4();
        assertThat(after(1_000, NONE, NONE)).isEqualTo(STAY);
        assertThat(choice.hasWay()).isFalse();
        assertThat(after(100_000, WIFI, NONE)).isEqualTo(new Step.Move(V4));
    }

    @Test
    void anEdgeThatStaysSilentIsTriedOverTheOtherFamily() {
        connectOverIpv4();
        assertThat(after(1_000, WIFI, WIFI6, new Traffic(0, 1_000, 1))).isEqualTo(STAY);
        assertThat(after(1_000, WIFI, WIFI6, new Traffic(0, 2_000, 1))).isEqualTo(STAY);
        assertThat(after(16_900, WIFI, WIFI6, new Traffic(0, 2_000, 1))).isEqualTo(STAY);
        assertThat(after(100, WIFI, WIFI6, new Traffic(0, 2_000, 1))).isEqualTo(new Step.Renew(V6));
        assertThat(choice.isSilent(now)).isTrue();
        assertThat(after(5_900, WIFI, WIFI6, new Traffic(0, 2_000, 1))).isEqualTo(STAY);
        assertThat(after(100, WIFI, WIFI6, new Traffic(0, 2_000, 1))).isEqualTo(new Step.Renew(V4));
        choice.established();
        assertThat(choice.isSilent(now)).isFalse();
    }

    @Test
    void keepalivesNeedNoAnswer() {
        connectOverIpv4();
        after(1_000, WIFI, WIFI6, new Traffic(100, 100, 1));
        for (int n = 1; n < 20; n++) {
            assertThat(after(10_000, WIFI, WIFI6, new Traffic(100, 100 + 32 * n, 1)))
                    .isEqualTo(STAY);
        }
    }

    @Test
    void whateverIsHeardEndsTheSilence() {
        connectOverIpv4();
        for (int n = 1; n < 10; n++) {
            assertThat(after(10_000, WIFI, WIFI6, new Traffic(100L * n, 1_000L * n, 1)))
                    .isEqualTo(STAY);
            assertThat(after(6_000, WIFI, WIFI6, new Traffic(100L * n, 1_000L * n + 500, 1)))
                    .isEqualTo(STAY);
        }
    }
}
