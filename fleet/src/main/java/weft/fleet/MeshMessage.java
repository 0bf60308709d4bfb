package weft.fleet;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * What edges tell each other, as it stands before it is sealed and after it was opened: a byte of type, then fields,
 * big-endian. Who says it is known from the seal. Each message has but one form; {@link #decode} takes no other.
 */
public sealed interface MeshMessage {
    /** Bytes of the longest. */
    int MAX_SIZE = 1 + IcmpError.MAX_PACKET;

    /** What an edge does about clients. */
    enum State {
        SERVING,
        /** It takes no new clients. */
        DRAINING,
        /** It says good-bye: at once it is dead to all others. */
        LEAVING
    }

    /**
     * I live.
     *
     * @param unixMillis the sender's clock
     * @param tableDigest of the sender's table
     */
    record Heartbeat(State state, long unixMillis, long tableDigest) implements MeshMessage {}

    /** Keep this, and take the session over when its holder dies. */
    record RecordCopy(SessionRecord record) implements MeshMessage {}

    /** It is kept. */
    record RecordAck(StaticKey device, Version version) implements MeshMessage {}

    /** The session has ended: forget what you keep of it, unless that is later. */
    record RecordGone(StaticKey device, Version version) implements MeshMessage {}

    /**
     * The session lives elsewhere: let go of it, unless yours is later.
     *
     * @param holder the number of the edge that has it
     */
    record Taken(StaticKey device, int holder, Version version) implements MeshMessage {}

    /** Take this session over now, while I still open what is under way to me; {@link Taken} says that you have. */
    record HandOver(SessionRecord record) implements MeshMessage {}

    /**
     * What I have counted, for people who ask another edge.
     *
     * @param sessions that I hold now
     * @param received clients' datagrams that came to me straight from them, since my start
     * @param passedOn how many of these I passed to another edge
     * @param takenOver sessions that I went on with for another edge
     */
    record Figures(long sessions, long received, long passedOn, long takenOver) implements MeshMessage {}

    /**
     * To an edge of another city: a device of ours has come to you. What you passed to us was proven to be its own, so
     * where the record says that it is, it is. Take the session over.
     */
    record Offer(SessionRecord record) implements MeshMessage {}

    /**
     * The session lives in another city now: let go of it, unless yours is later. Whoever hears it from there tells the
     * owners in its own city.
     *
     * @param clientId 24 bits
     * @param holder the number of the edge that has it
     */
    record Moved(StaticKey device, int clientId, int holder, Version version) implements MeshMessage {
        /** Not the client id. */
        @Override
        public String toString() {
            return "Moved";
        }
    }

    /**
     * A copy of an ICMP error that came for the fleet's address, and belongs to who knows which edge.
     *
     * @param packet from the IP header on
     */
    record IcmpError(byte[] packet) implements MeshMessage {
        /** ICMPv6 errors have no more bytes (RFC 4443, section 2.4 c), those of IPv4 less (RFC 1812, section 4.3.2.3). */
        public static final int MAX_PACKET = 1280;

        /** An IPv4 header and 8 bytes. */
        public static final int MIN_PACKET = 28;

        public IcmpError {
            if (packet.length < MIN_PACKET || packet.length > MAX_PACKET) {
                throw new IllegalArgumentException(
                        "an ICMP error has " + MIN_PACKET + " to " + MAX_PACKET + " bytes, not " + packet.length);
            }
        }
    }

    /** The caller zeroes it if it has a record in it, which may hold a preshared key. */
    default byte[] encode() {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_SIZE);
        MeshCodec.write(this, buffer);
        byte[] message = Arrays.copyOf(buffer.array(), buffer.position());
        Arrays.fill(buffer.array(), (byte) 0);
        return message;
    }

    /** Empty if it is no message that this version knows, whole and without anything after it. */
    static Optional<MeshMessage> decode(byte[] message) {
        ByteBuffer buffer = ByteBuffer.wrap(message);
        try {
            MeshMessage read = MeshCodec.read(buffer);
            if (!buffer.hasRemaining()) {
                return Optional.of(read);
            }
            if (read instanceof RecordCopy(SessionRecord record)) {
                record.close();
            } else if (read instanceof HandOver(SessionRecord record)) {
                record.close();
            } else if (read instanceof Offer(SessionRecord record)) {
                record.close();
            }
        } catch (BufferUnderflowException | IllegalArgumentException malformed) {
            // Said by the result.
        }
        return Optional.empty();
    }
}
