package weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.wireguard.Pair.HERE;
import static weft.wireguard.Pair.THERE;
import static weft.wireguard.Wire.receive;
import static weft.wireguard.Wire.sent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What one edge tells another of a device, and what that makes of it. */
class RecordTest {
    private static final int STAMP = 0x010203;
    private static final long HOUR = 3600 * World.SECOND;

    private final Crypto crypto = new Crypto(new RecordingAead(), new ToyCurve(), new Blake2s());
    private final PrivateKey key = new PrivateKey(Secrets.random(TestFresh.seeded(1)));
    private final PublicKey publicKey = key.publicKey(crypto.curve());
    private final Handshakes device = new Handshakes(crypto, TestFresh.seeded(2));
    private final PublicKey deviceKey = identity(device, new PrivateKey(Secrets.random(TestFresh.seeded(3))));
    private final Handshakes first = edge(4);
    private final Handshakes second = edge(5);

    private static PublicKey identity(Handshakes of, PrivateKey key) {
        of.identity(key);
        return of.publicKey().orElseThrow();
    }

    private Handshakes edge(int seed) {
        return edge(TestFresh.seeded(seed));
    }

    private Handshakes edge(Fresh fresh) {
        Handshakes edge = new Handshakes(crypto, fresh);
        edge.identity(key);
        edge.put(PeerConfig.of(deviceKey), 0);
        return edge;
    }

    /** A session that the device began, and that is in use at the edge. */
    private Opener connect(Handshakes edge, long now) {
        device.put(PeerConfig.of(publicKey).withEndpoint(THERE).withReserved(STAMP), now);
        List<Event> answered = receive(edge, sent(device.initiate(publicKey, now)), HERE, now);
        Opener opener = Wire.find(answered, Event.OpenerReady.class).opener();
        Sealer sealer = Wire.find(receive(device, sent(answered), THERE, now), Event.SealerReady.class)
                .sealer();
        assertThat(Wire.open(opener, Wire.seal(sealer, 16, now), now)).isEqualTo(16);
        edge.roamed(deviceKey, HERE);
        edge.confirmed(deviceKey, opener, now);
        return opener;
    }

    private PeerRecord record(Handshakes edge) {
        return edge.export(deviceKey).orElseThrow();
    }

    private PeerRecord stamped(Tai64n sent) {
        return new PeerRecord(
                deviceKey, Optional.of(publicKey), Optional.of(HERE), STAMP, List.of(7, 8), sent, Tai64n.NEVER);
    }

    @Test
    void itSaysWhereTheDeviceIsWhatItStampsAndHowItMayAddressUs() {
        assertThat(record(first))
                .isEqualTo(new PeerRecord(
                        deviceKey, Optional.empty(), Optional.empty(), 0, List.of(), Tai64n.NEVER, Tai64n.NEVER));
        Opener old = connect(first, 0);
        Opener current = connect(first, 10 * World.SECOND);
        byte[] answered = sent(device.initiate(publicKey, 20 * World.SECOND));
        Opener next = Wire.find(receive(first, answered, HERE, 20 * World.SECOND), Event.OpenerReady.class)
                .opener();
        byte[] initiation = sent(first.initiate(deviceKey, 20 * World.SECOND));
        Tai64n stamp = Tai64n.ofUnix(TestFresh.EPOCH);
        assertThat(record(first))
                .isEqualTo(new PeerRecord(
                        deviceKey,
                        Optional.of(publicKey),
                        Optional.of(HERE),
                        STAMP,
                        List.of(current.index(), next.index(), old.index(), Message.index(initiation, Message.SENDER)),
                        stamp,
                        new Tai64n(stamp.seconds(), stamp.nanos() + 2)));
        assertThat(first.export(publicKey)).as("of nobody").isEmpty();
    }

    @Test
    void anEdgeThatHasTakenItKnowsTheSame() {
        connect(first, 0);
        first.initiate(deviceKey, 20 * World.SECOND);
        assertThat(second.restore(record(first), 0)).isEmpty();
        assertThat(record(second)).isEqualTo(record(first));
        assertThat(second.restore(record(first), 1)).as("once more").isEmpty();
        assertThat(record(second)).isEqualTo(record(first));
    }

    @Test
    void stampsGoOnAfterTheGreatestThatWasSent() {
        Tai64n ahead = Tai64n.ofUnix(TestFresh.EPOCH + HOUR);
        assertThat(second.restore(stamped(ahead), 0)).isEmpty();
        second.initiate(deviceKey, 0);
        assertThat(record(second).sent()).isEqualTo(new Tai64n(ahead.seconds(), ahead.nanos() + 1));
    }

    @Test
    void aRecordWithAStampFarInTheFutureIsRefusedAndChangesNothing() {
        PeerRecord before = record(second);
        for (Tai64n ahead :
                List.of(Tai64n.ofUnix(TestFresh.EPOCH + HOUR + Tuning.TIMESTAMP_GRAIN), new Tai64n(-1, -1))) {
            assertThat(second.restore(stamped(ahead), 0)).contains(Event.Reason.STAMP_AHEAD);
            assertThat(record(second)).isEqualTo(before);
            assertThat(second.initiate(deviceKey, 0))
                    .as("it does not know where to")
                    .containsExactly(new Event.Unreachable(deviceKey));
        }
    }

    @Test
    void aRecordOfNoPeerOrUnderNoKeyOfOursIsRefused() {
        PeerRecord record = stamped(Tai64n.NEVER);
        second.remove(deviceKey);
        assertThat(second.restore(record, 0)).contains(Event.Reason.NO_PEER);
        second.identity(new PrivateKey(new byte[32]));
        second.put(PeerConfig.of(deviceKey), 0);
        assertThat(second.restore(record, 0)).contains(Event.Reason.NO_IDENTITY);
    }

    @Test
    void aTakeOverIsMadeUnderTheKeyThatTheDeviceUses() {
        Handshakes edge = new Handshakes(crypto, TestFresh.seeded(6));
        edge.identity(new PrivateKey(new byte[32]));
        edge.addIdentity(key);
        edge.put(PeerConfig.of(deviceKey), 0);
        connect(first, 0);
        edge.restore(record(first), 0);
        assertThat(edge.status(deviceKey).orElseThrow().identity()).contains(publicKey);
        byte[] initiation = sent(edge.initiate(deviceKey, 0));
        assertThat(Message.part(initiation, 1, 3)).as("its stamp").containsExactly(1, 2, 3);
        byte[] response = sent(receive(device, initiation, THERE, 0));
        assertThat(receive(edge, response, HERE, 0)).hasAtLeastOneElementOfType(Event.SealerReady.class);
    }

    @Test
    void anEdgeWithASessionOfItsOwnKeepsItAndKnowsBetterWhereTheDeviceIs() {
        connect(second, 0);
        PeerRecord before = record(second);
        Tai64n later = Tai64n.ofUnix(TestFresh.EPOCH + World.SECOND);
        Place elsewhere = new Place("203.0.113.9", 3333);
        assertThat(second.restore(
                        new PeerRecord(
                                deviceKey, Optional.empty(), Optional.of(elsewhere), 0, List.of(7), later, later),
                        0))
                .isEmpty();
        List<Integer> indices = new ArrayList<>(before.receiverIndices());
        indices.add(7);
        assertThat(record(second))
                .isEqualTo(
                        new PeerRecord(deviceKey, before.identity(), before.endpoint(), STAMP, indices, later, later));
        assertThat(second.established()).isEqualTo(1);
    }

    @Test
    void aRecordThatIsOlderThanWhatWeKnowTakesNothingBack() {
        PeerRecord old = record(first);
        connect(first, 0);
        first.initiate(deviceKey, 20 * World.SECOND);
        PeerRecord before = record(first);
        assertThat(first.restore(old, 0)).isEmpty();
        assertThat(record(first)).isEqualTo(before);
    }

    /** Indices 0 to 9, drawn at random as a fleet draws its slots. */
    private Handshakes edgeWithTenIndices() {
        TestFresh random = TestFresh.seeded(7);
        return edge(new Fresh() {
            @Override
            public void random(byte[] into) {
                random.random(into);
            }

            @Override
            public long unixNanos() {
                return random.unixNanos();
            }

            @Override
            public int receiverIndex(PublicKey peer, int attempt) {
                return Math.floorMod(random.receiverIndex(peer, attempt), 10);
            }
        });
    }

    private static PeerRecord withIndices(PeerRecord record, List<Integer> indices) {
        return new PeerRecord(
                record.peer(),
                record.identity(),
                record.endpoint(),
                record.reserved(),
                indices,
                record.sent(),
                record.received());
    }

    @Test
    void noneOfItsReceiverIndicesIsGivenToAnybodyWhileASessionThereMayLast() {
        Handshakes edge = edgeWithTenIndices();
        List<Integer> taken = IntStream.range(0, 9).boxed().toList();
        edge.restore(withIndices(stamped(Tai64n.NEVER), taken), 0);
        long end = Spec.REJECT_AFTER_TIME;
        byte[] initiation = sent(edge.initiate(deviceKey, 0));
        assertThat(Message.index(initiation, Message.SENDER)).isEqualTo(9);
        assertThat(receive(edge, foreign(0), HERE, 0)).containsExactly(new Event.Rejected(Event.Reason.NO_INDEX));
        assertThat(edge.nextTickNanos()).isLessThanOrEqualTo(end);
        edge.tick(end - 1);
        assertThat(record(edge).receiverIndices()).containsExactlyElementsOf(taken);
        edge.tick(end);
        assertThat(record(edge).receiverIndices()).isEmpty();
        assertThat(receive(edge, foreign(end), HERE, end)).hasAtLeastOneElementOfType(Event.OpenerReady.class);
    }

    /** An initiation of the same device. */
    private byte[] foreign(long now) {
        device.put(PeerConfig.of(publicKey).withEndpoint(THERE), now);
        return sent(device.initiate(publicKey, now));
    }

    @Test
    void anIndexThatSomebodyHasHereStaysHis() {
        Handshakes edge = edgeWithTenIndices();
        PublicKey other = new PublicKey(new byte[] {
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
            30, 31, 32
        });
        edge.put(PeerConfig.of(other).withEndpoint(THERE), 0);
        int index = Message.index(sent(edge.initiate(other, 0)), Message.SENDER);
        edge.restore(withIndices(stamped(Tai64n.NEVER), List.of(index)), 0);
        assertThat(record(edge).receiverIndices()).isEmpty();
        edge.remove(deviceKey);
        assertThat(edge.export(other).orElseThrow().receiverIndices()).containsExactly(index);
    }

    @Test
    void howeverManyIndicesComeOnlyTheNewestAreKept() {
        for (int round = 0; round < 3; round++) {
            int from = 100 * round;
            List<Integer> many = IntStream.range(from, from + 100).boxed().toList();
            second.restore(withIndices(stamped(Tai64n.NEVER), many), round);
            assertThat(record(second).receiverIndices())
                    .containsExactlyElementsOf(many.subList(0, Tuning.INHERITED_INDICES));
        }
        second.restore(withIndices(stamped(Tai64n.NEVER), List.of(1000)), 3);
        assertThat(record(second).receiverIndices())
                .hasSize(Tuning.INHERITED_INDICES)
                .startsWith(1000, 200);
    }

    @Test
    void aPeerThatIsRemovedGivesThemBack() {
        Handshakes edge = edgeWithTenIndices();
        edge.restore(
                withIndices(
                        stamped(Tai64n.NEVER), IntStream.range(0, 10).boxed().toList()),
                0);
        assertThat(receive(edge, foreign(0), HERE, 0)).containsExactly(new Event.Rejected(Event.Reason.NO_INDEX));
        edge.remove(deviceKey);
        edge.put(PeerConfig.of(deviceKey), 0);
        long later = 10 * World.SECOND;
        assertThat(receive(edge, foreign(later), HERE, later)).hasAtLeastOneElementOfType(Event.OpenerReady.class);
        assertThat(edge.nextTickNanos()).isLessThan(Long.MAX_VALUE);
    }
}
