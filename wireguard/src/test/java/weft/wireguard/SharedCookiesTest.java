package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.Pair.HERE;
import static weft.wireguard.Pair.THERE;
import static weft.wireguard.Wire.receive;
import static weft.wireguard.Wire.sent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Edges with one static key, always under load, that make their cookies from secrets of the wall clock. */
class SharedCookiesTest {
    private static final long SKEW = 8 * World.SECOND;
    private static final CookieKeys SHARED = (_, unixNanos) -> {
        long interval = unixNanos / Spec.COOKIE_REFRESH_TIME;
        return LongStream.of(interval, interval - 1, interval + 1)
                .mapToObj(SharedCookiesTest::secret)
                .toList();
    };

    /** The true time. */
    private long now;

    private final Crypto crypto = new Crypto(new JdkAead(), new ToyCurve(), new Blake2s());
    private final Random random = new Random(1);
    private final PrivateKey key = new PrivateKey(Secrets.random(TestFresh.seeded(2)));
    private final Handshakes device = new Handshakes(crypto, new TestFresh(random, () -> now));

    private static byte[] secret(long number) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) number);
        return secret;
    }

    private Handshakes edge(CookieKeys keys, long clockBehind) {
        Handshakes edge = new Handshakes(crypto, new TestFresh(random, () -> now - clockBehind), 0, keys);
        edge.identity(key);
        edge.put(PeerConfig.of(device.publicKey().orElseThrow()), 0);
        return edge;
    }

    private PublicKey connect() {
        device.identity(new PrivateKey(Secrets.random(TestFresh.seeded(3))));
        PublicKey edges = key.publicKey(crypto.curve());
        device.put(PeerConfig.of(edges).withEndpoint(THERE), now);
        return edges;
    }

    /** The device gets a cookie from one edge, a while later its next initiation comes to another. */
    private List<Event> afterACookieFrom(Handshakes one, Handshakes other, PublicKey edges, long later) {
        byte[] reply = sent(receive(one, sent(device.initiate(edges, now)), HERE, now));
        assertThat(reply[0]).isEqualTo((byte) Spec.COOKIE_REPLY);
        assertThat(receive(device, reply, THERE, now)).isEmpty();
        now += later;
        List<Event> next = new ArrayList<>(device.initiate(edges, now));
        next.addAll(device.tick(Math.max(now, device.nextTickNanos())));
        return receive(other, sent(next), HERE, now);
    }

    @Test
    void aCookieOfOneEdgeIsGoodAtAnother() {
        PublicKey edges = connect();
        assertThat(afterACookieFrom(edge(SHARED, 0), edge(SHARED, 0), edges, 0))
                .hasAtLeastOneElementOfType(Event.OpenerReady.class);
    }

    @Test
    void itIsNotWhereTheEdgesShareNoSecret() {
        PublicKey edges = connect();
        Handshakes alone = edge(new RandomCookieKey(TestFresh.seeded(4)), 0);
        assertThat(sent(afterACookieFrom(edge(SHARED, 0), alone, edges, 0))[0]).isEqualTo((byte) Spec.COOKIE_REPLY);
    }

    @Test
    void aCookieFromTheLastMomentOfASecretIsGoodUntilTheDeviceUsesItNoMore() {
        now = Spec.COOKIE_REFRESH_TIME - TestFresh.EPOCH % Spec.COOKIE_REFRESH_TIME - 1;
        PublicKey edges = connect();
        long later = Spec.COOKIE_REFRESH_TIME - Spec.REKEY_TIMEOUT - Tuning.MAX_JITTER;
        assertThat(afterACookieFrom(edge(SHARED, 0), edge(SHARED, 0), edges, later))
                .hasAtLeastOneElementOfType(Event.OpenerReady.class);
    }

    @Test
    void aCookieIsGoodAtAnEdgeWhoseClockHasNotReachedItsSecretYet() {
        now = Spec.COOKIE_REFRESH_TIME - TestFresh.EPOCH % Spec.COOKIE_REFRESH_TIME;
        PublicKey edges = connect();
        assertThat(afterACookieFrom(edge(SHARED, 0), edge(SHARED, SKEW), edges, 0))
                .hasAtLeastOneElementOfType(Event.OpenerReady.class);
    }
}
