package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import weft.fleet.FleetSecret;
import weft.fleet.ReceiverIndices;
import weft.wireguard.Crypto;
import weft.wireguard.Endpoint;
import weft.wireguard.Event;
import weft.wireguard.Fresh;
import weft.wireguard.Handshakes;
import weft.wireguard.Opener;
import weft.wireguard.PeerConfig;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;
import weft.wireguard.Sealer;

/**
 * A device and an edge exchange a packet every second of a virtual half hour, in whose middle the day turns and the fleet's next
 * secret comes into force. Another edge, which has none of the session, looks at each datagram for whose it is.
 */
class SessionOverMidnightTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long DAY = 20_000;
    private static final long MIDNIGHT = DAY * 86_400 * SECOND;
    private static final long HALF = 900;
    private static final int CLIENT_ID = 4_711;
    private static final int RECEIVER_INDEX = 4;
    private static final Endpoint SOMEWHERE = () -> new byte[] {(byte) 192, 0, 2, 1, 9, 104};

    private final Crypto crypto = Crypto.jdk();
    private final KeyedBlake prf = new KeyedBlake(crypto.hash());
    private final FleetSecret secret = FleetSecret.of(0, filled(1)).and(DAY, filled(2));
    private final Map<Long, ReceiverIndices> byDay = new HashMap<>();
    private final Random random = new Random(11);
    private long unixNanos = MIDNIGHT - HALF * SECOND;
    private long now;

    private final Side device = new Side(random::nextInt);
    private final Side edge = new Side(() -> today().seal(CLIENT_ID, random.nextInt(ReceiverIndices.SLOTS)));

    private static byte[] filled(int with) {
        byte[] bytes = new byte[FleetSecret.SIZE];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    private ReceiverIndices today() {
        return byDay.computeIfAbsent(FleetSecret.day(unixNanos), day -> new ReceiverIndices(day, secret, prf));
    }

    /** One end of the tunnel, with what {@code tunnel}'s agents would do. */
    private final class Side {
        private final Handshakes handshakes;
        private final PublicKey key;
        private final Map<Integer, Opener> openers = new HashMap<>();
        private Optional<Sealer> sealer = Optional.empty();
        private int handshakesMade;

        Side(IntSupplier indices) {
            handshakes = new Handshakes(crypto, new Fresh() {
                @Override
                public void random(byte[] into) {
                    random.nextBytes(into);
                }

                @Override
                public long unixNanos() {
                    return unixNanos;
                }

                @Override
                public int receiverIndex(PublicKey peer, int attempt) {
                    return indices.getAsInt();
                }
            });
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            handshakes.identity(new PrivateKey(bytes));
            key = handshakes.publicKey().orElseThrow();
        }

        private Side other() {
            return this == device ? edge : device;
        }

        void apply(List<Event> events) {
            for (Event event : events) {
                switch (event) {
                    case Event.Send(byte[] datagram, Endpoint _) -> other().hear(datagram);
                    case Event.OpenerReady(PublicKey _, Opener opener) -> openers.put(opener.index(), opener);
                    case Event.OpenerRetired(PublicKey _, Opener opener) -> openers.remove(opener.index());
                    case Event.SealerReady ready -> {
                        sealer = Optional.of(ready.sealer());
                        handshakesMade++;
                        if (ready.confirm()) {
                            send(0);
                        }
                    }
                    case Event.KeepaliveDue _ -> send(0);
                    default -> {}
                }
            }
        }

        void send(int length) {
            byte[] datagram = new byte[length + 32];
            int sealed = sealer.orElseThrow()
                    .seal(MemorySegment.ofArray(new byte[length]), 0, length, MemorySegment.ofArray(datagram), 0, now);
            assertThat(sealed).isEqualTo(datagram.length);
            other().hear(datagram);
            if (sealer.orElseThrow().takeRekeyDue()) {
                apply(handshakes.initiate(other().key, now));
            }
        }

        void hear(byte[] datagram) {
            if (this == edge && datagram[0] != 1) {
                assertThat(ReceiverIndices.clientId(today().open(index(datagram))))
                        .isEqualTo(CLIENT_ID);
            }
            if (datagram[0] != 4) {
                apply(handshakes.receive(MemorySegment.ofArray(datagram), 0, datagram.length, SOMEWHERE, now));
                return;
            }
            Opener opener = Optional.ofNullable(openers.get(index(datagram))).orElseThrow();
            MemorySegment in = MemorySegment.ofArray(datagram);
            int opened = opener.open(in, 0, datagram.length, MemorySegment.ofArray(new byte[datagram.length]), 0, now);
            assertThat(opened).isEqualTo(datagram.length - 32);
            switch (opener.takeSignal()) {
                case CONFIRMED -> apply(handshakes.confirmed(other().key, opener, now));
                case REKEY -> apply(handshakes.initiate(other().key, now));
                case NONE -> {}
            }
        }

        private static int index(byte[] datagram) {
            return ByteBuffer.wrap(datagram)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getInt(datagram[0] == 2 ? 2 * RECEIVER_INDEX : RECEIVER_INDEX);
        }
    }

    @Test
    void aSessionGoesOnWhenTheDayTurnsAndAnotherSecretComesIntoForce() {
        device.handshakes.put(PeerConfig.of(edge.key).withEndpoint(SOMEWHERE), 0);
        edge.handshakes.put(PeerConfig.of(device.key), 0);
        device.apply(device.handshakes.initiate(edge.key, now));
        for (long second = 0; second < 2 * HALF; second++) {
            device.send(64);
            edge.send(64);
            now += SECOND;
            unixNanos += SECOND;
            device.apply(device.handshakes.tick(now));
            edge.apply(edge.handshakes.tick(now));
        }
        assertThat(byDay).hasSize(2);
        assertThat(edge.handshakesMade).as("a rekey every two minutes").isBetween(14, 17);
    }
}
