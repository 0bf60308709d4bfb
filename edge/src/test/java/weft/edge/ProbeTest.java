package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import weft.wireguard.Crypto;
import weft.wireguard.Endpoint;
import weft.wireguard.Event;
import weft.wireguard.Fresh;
import weft.wireguard.Handshakes;
import weft.wireguard.PeerConfig;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;
import weft.wireguard.Sealer;
import weft.wireguard.Spec;

/** A probe, and an edge of which the test plays the kernel. */
class ProbeTest {
    private static final InetAddress PROBE = InetAddress.ofLiteral("100.96.0.14");
    private static final InetAddress OWN = InetAddress.ofLiteral("100.96.0.1");
    private static final Crypto CRYPTO = Crypto.jdk();
    private static final int ICMP_TYPE = 20;
    private static final int ICMP_SEQUENCE = 26;

    private record Place(byte[] bytes) implements Endpoint {}

    private static final Place THERE = new Place(new byte[] {127, 0, 0, 1, 0, 1});

    private static final class Clock implements Fresh {
        private final Random random = new Random(7);
        private long unixNanos = 1_800_000_000_000_000_000L;

        @Override
        public void random(byte[] into) {
            random.nextBytes(into);
        }

        @Override
        public long unixNanos() {
            unixNanos += 1_000_000_000L;
            return unixNanos;
        }

        @Override
        public int receiverIndex(PublicKey peer, int attempt) {
            return random.nextInt();
        }
    }

    private static final String INIT = "NullAway.Init";

    private final Clock clock = new Clock();

    @SuppressWarnings(INIT) // the first thing in each test
    private Handshakes edge;

    @SuppressWarnings(INIT) // the same
    private Probe probe;

    @SuppressWarnings(INIT) // by the first handshake
    private Event.OpenerReady session;

    @SuppressWarnings(INIT) // by the first datagram within it
    private Sealer sealer;

    private long now;
    private int handshakes;

    private Probe probe(int loadThreshold) {
        edge = new Handshakes(CRYPTO, clock, loadThreshold);
        try (PrivateKey fleet = key();
                PrivateKey ours = key()) {
            edge.identity(fleet);
            edge.put(PeerConfig.of(ours.publicKey(CRYPTO.curve())), now);
            probe = new Probe(CRYPTO, clock, ours, fleet.publicKey(CRYPTO.curve()), PROBE, OWN);
            return probe;
        }
    }

    private PrivateKey key() {
        byte[] secret = new byte[32];
        clock.random(secret);
        return new PrivateKey(secret);
    }

    @AfterEach
    void close() {
        edge.close();
        probe.close();
    }

    /** What the edge sends for it. */
    private byte[] handshake(byte[] datagram) {
        now += 1_000_000_000L;
        byte[] answer = {};
        for (Event event : edge.receive(MemorySegment.ofArray(datagram), 0, datagram.length, THERE, now)) {
            switch (event) {
                case Event.Send send -> answer = send.datagram();
                case Event.OpenerReady ready -> session = ready;
                default -> {}
            }
        }
        return answer;
    }

    /** The echo request that the edge opens. */
    private byte[] opened(byte[] datagram) {
        byte[] packet = new byte[datagram.length];
        MemorySegment out = MemorySegment.ofArray(packet);
        int length = session.opener().open(MemorySegment.ofArray(datagram), 0, datagram.length, out, 0, now);
        assertThat(length).isEqualTo(32);
        for (Event event : edge.confirmed(session.peer(), session.opener(), now)) {
            if (event instanceof Event.SealerReady ready) {
                sealer = ready.sealer();
            }
        }
        return Arrays.copyOf(packet, length);
    }

    private byte[] sealed(byte[] packet) {
        byte[] datagram = new byte[packet.length + Spec.TRANSPORT_OVERHEAD];
        sealer.seal(MemorySegment.ofArray(packet), 0, packet.length, MemorySegment.ofArray(datagram), 0, now);
        return datagram;
    }

    private static byte[] datagram(Optional<Probe.Step> step) {
        assertThat(step).get().isInstanceOf(Probe.Step.Send.class);
        return ((Probe.Step.Send) step.orElseThrow()).datagram();
    }

    /** To where the edge has the probe's echo request, after a handshake if it begins by one. */
    private byte[] request(Probe asks) {
        byte[] first = datagram(asks.begin());
        if (first[0] != Spec.INITIATION) {
            return opened(first);
        }
        handshakes++;
        byte[] response = handshake(first);
        return opened(datagram(asks.receive(response, response.length)));
    }

    private Optional<Probe.Step> answer(Probe asks, byte[] packet) {
        packet[ICMP_TYPE] = 0;
        byte[] reply = sealed(packet);
        return asks.receive(reply, reply.length);
    }

    @Test
    void anEchoIsAnAnswerAndEveryTenthProbeBeginsByAHandshake() {
        Probe asks = probe(1_000);
        for (int i = 0; i < 10 * (Probe.ECHOES + 1); i++) {
            byte[] packet = request(asks);
            assertThat(packet[ICMP_TYPE]).isEqualTo((byte) 8);
            assertThat(MemorySegment.ofArray(packet).asSlice(12, 4).toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(PROBE.getAddress());
            assertThat(answer(asks, packet)).contains(new Probe.Step.Answered());
        }
        assertThat(handshakes).isEqualTo(10);
    }

    @Test
    void whileInitiationsAreNotAnsweredTheSessionBeforeIsGoneOnWithForAWhile() {
        Probe asks = probe(1_000);
        assertThat(answer(asks, request(asks))).contains(new Probe.Step.Answered());
        int initiations = 0;
        int probes = 0;
        for (boolean answered = true; answered; probes++) {
            Optional<Probe.Step> step = asks.begin();
            if (datagram(step)[0] == Spec.INITIATION) {
                initiations++;
                step = asks.silence();
            }
            answered = step.isPresent() && answer(asks, opened(datagram(step))).isPresent();
        }
        assertThat(initiations).isEqualTo(Probe.UNANSWERED + 1);
        assertThat(probes).isEqualTo(Probe.ECHOES + 1 + Probe.UNANSWERED * (Probe.PAUSE + 1));
        assertThat(answer(asks, request(asks))).as("until one is").contains(new Probe.Step.Answered());
    }

    /** The edge opens by the new session, and its kernel is faster than its change of sessions. */
    @Test
    void anAnswerByTheSessionBeforeIsOneToo() {
        Probe asks = probe(1_000);
        for (int i = 0; i <= Probe.ECHOES; i++) {
            assertThat(answer(asks, request(asks))).contains(new Probe.Step.Answered());
        }
        Sealer before = sealer;
        byte[] packet = request(asks);
        assertThat(handshakes).isEqualTo(2);
        assertThat(sealer).isNotSameAs(before);
        sealer = before;
        assertThat(answer(asks, packet)).contains(new Probe.Step.Answered());
    }

    @Test
    void anEchoThatIsLostIsFollowedByAHandshake() {
        Probe asks = probe(1_000);
        assertThat(answer(asks, request(asks))).contains(new Probe.Step.Answered());
        request(asks);
        assertThat(asks.silence()).isEmpty();
        assertThat(answer(asks, request(asks))).contains(new Probe.Step.Answered());
        assertThat(handshakes).isEqualTo(2);
    }

    @Test
    void theEchoOfAnEarlierProbeIsNone() {
        Probe asks = probe(1_000);
        byte[] packet = request(asks);
        packet[ICMP_TYPE] = 0;
        packet[ICMP_SEQUENCE + 1]++;
        byte[] reply = sealed(packet);
        assertThat(asks.receive(reply, reply.length)).isEmpty();
    }

    @Test
    void aRequestThatComesBackUnansweredIsNone() {
        Probe asks = probe(1_000);
        byte[] mirrored = sealed(request(asks));
        assertThat(asks.receive(mirrored, mirrored.length)).isEmpty();
    }

    @Test
    void anEdgeUnderLoadGetsItsCookieAtOnce() {
        Probe asks = probe(0);
        byte[] cookie = handshake(datagram(asks.begin()));
        assertThat(cookie).hasSize(Spec.COOKIE_REPLY_SIZE);
        byte[] response = handshake(datagram(asks.receive(cookie, cookie.length)));
        assertThat(response).hasSize(Spec.RESPONSE_SIZE);
        byte[] packet = opened(datagram(asks.receive(response, response.length)));
        packet[ICMP_TYPE] = 0;
        byte[] reply = sealed(packet);
        assertThat(asks.receive(reply, reply.length)).contains(new Probe.Step.Answered());
    }

    @Test
    void noiseAndWhatIsCutShortYieldNothing() {
        Probe asks = probe(1_000);
        datagram(asks.begin());
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            if (noise.length > 0) {
                noise[0] = (byte) random.nextInt(6);
            }
            assertThat(asks.receive(noise, noise.length)).isEmpty();
        }
        byte[] packet = request(asks);
        packet[ICMP_TYPE] = 0;
        byte[] reply = sealed(packet);
        assertThat(asks.receive(reply, reply.length - 1)).isEmpty();
        assertThat(asks.receive(reply, reply.length)).contains(new Probe.Step.Answered());
    }
}
