package weft.edge;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
import weft.wireguard.Spec;

/**
 * A device that does nothing but ask whether an edge's data path works: a handshake, and within the session an echo request to
 * the edge's own inner address (RFC 792), which comes back only if the edge opens, its kernel routes and lets pass, and the edge
 * seals. Datagrams come in and go out; the sockets and the clock are {@link Prober}'s.
 *
 * <p>A session serves {@link #ECHOES} probes. While initiations are not answered the one before is gone on with, and an initiation
 * tried again as a device would: an edge in a flood of them takes newcomers in by their second or third try, and is not ill.
 * Under load it answers with a cookie first. A device waits for seconds then; this one, whose clock is its own, tells its handshakes
 * that the time has passed.
 */
final class Probe implements AutoCloseable {
    private static final int IP_HEADER = 20;
    private static final int ECHO_SIZE = IP_HEADER + 8;
    private static final int PADDED = 32;
    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REPLY = 0;
    private static final int ICMP = 1;

    /** Longer than an initiation is waited for, in nanoseconds; {@link #UNANSWERED} of them are no session's life. */
    private static final long A_WHILE = Spec.REKEY_TIMEOUT + Spec.REKEY_TIMEOUT / 5;

    /** Probes by one session. */
    static final int ECHOES = 10;

    /** Probes between an initiation that was not answered and the next one: about REKEY_TIMEOUT. */
    static final int PAUSE = 16;

    /** Initiations in a row that may stay unanswered. */
    static final int UNANSWERED = 8;

    /** There is one edge only, and the caller knows where. */
    private record There(byte[] bytes) implements Endpoint {}

    private static final Endpoint EDGE = new There(new byte[6]);

    private final Handshakes handshakes;
    private final PublicKey edge;
    private final InetAddress from;
    private final InetAddress to;
    private long now;
    private int sequence;
    private boolean initiating;
    private int untilInitiation;
    private int unanswered;
    private @Nullable Opener coming;
    private @Nullable Opener opener;

    /** The edge's kernel may answer before its control agent has gone over to the new session. */
    private @Nullable Opener former;

    private @Nullable Sealer sealer;

    /** What has come of a datagram. */
    sealed interface Step {
        /** Send this to the edge. */
        record Send(byte[] datagram) implements Step {}

        /** The echo is back: the data path works. */
        record Answered() implements Step {}
    }

    /**
     * @param from an IPv4 address that the edge knows as ours, see {@link EdgeConfig#probeAddress}
     * @param to the edge's own
     */
    Probe(Crypto crypto, Fresh fresh, PrivateKey ours, PublicKey edge, InetAddress from, InetAddress to) {
        this.edge = edge;
        this.from = from;
        this.to = to;
        handshakes = new Handshakes(crypto, fresh);
        handshakes.identity(ours);
        handshakes.put(PeerConfig.of(edge).withEndpoint(EDGE), now);
    }

    /** Begins a probe; the one before is over. */
    Optional<Step> begin() {
        sequence++;
        initiating = sealer == null || untilInitiation <= 0;
        if (initiating) {
            return initiate();
        }
        untilInitiation--;
        return Optional.of(request());
    }

    /** Nothing has come of it for a while: what may be tried yet; empty if the probe has failed. */
    Optional<Step> silence() {
        if (!initiating) {
            untilInitiation = unanswered == 0 ? 0 : untilInitiation;
            return Optional.empty();
        }
        initiating = false;
        unanswered++;
        if (sealer == null || unanswered > UNANSWERED) {
            return Optional.empty();
        }
        untilInitiation = PAUSE;
        return Optional.of(request());
    }

    private Optional<Step> initiate() {
        now += A_WHILE;
        List<Event> events = new ArrayList<>(handshakes.tick(now));
        events.addAll(handshakes.initiate(edge, now));
        return step(events);
    }

    /** A datagram from the edge; what does not belong to this probe yields nothing. */
    Optional<Step> receive(byte[] datagram, int length) {
        if (length > 0 && datagram[0] == Spec.TRANSPORT) {
            return opened(datagram, length);
        }
        boolean cookie = length == Spec.COOKIE_REPLY_SIZE && datagram[0] == Spec.COOKIE_REPLY;
        List<Event> events = handshakes.receive(MemorySegment.ofArray(datagram), 0, length, EDGE, now);
        return cookie ? initiate() : step(events);
    }

    private Optional<Step> step(List<Event> events) {
        Optional<Step> step = Optional.empty();
        for (Event event : events) {
            switch (event) {
                case Event.Send(byte[] datagram, Endpoint there) -> step = Optional.of(new Step.Send(datagram));
                case Event.OpenerReady ready -> coming = ready.opener();
                case Event.SealerReady ready -> step = Optional.of(begun(ready.sealer()));
                default -> {}
            }
        }
        return step;
    }

    private Step begun(Sealer session) {
        former = opener;
        opener = coming;
        sealer = session;
        initiating = false;
        unanswered = 0;
        untilInitiation = ECHOES;
        return request();
    }

    private Step request() {
        byte[] datagram = new byte[PADDED + Spec.TRANSPORT_OVERHEAD];
        Sealer session = sealer;
        if (session == null
                || session.seal(MemorySegment.ofArray(echo()), 0, PADDED, MemorySegment.ofArray(datagram), 0, now)
                        < 0) {
            throw new IllegalStateException("a session of a minute at most seals");
        }
        return new Step.Send(datagram);
    }

    private byte[] echo() {
        ByteBuffer packet = ByteBuffer.allocate(PADDED);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) ECHO_SIZE);
        packet.putInt(0).put((byte) 64).put((byte) ICMP).putShort((short) 0);
        packet.put(from.getAddress()).put(to.getAddress());
        packet.put((byte) ECHO_REQUEST).put((byte) 0).putShort((short) 0);
        packet.putShort((short) 0).putShort((short) sequence);
        packet.putShort(10, checksum(packet, 0, IP_HEADER));
        packet.putShort(IP_HEADER + 2, checksum(packet, IP_HEADER, ECHO_SIZE));
        return packet.array();
    }

    /** RFC 1071, of few bytes. */
    private static short checksum(ByteBuffer bytes, int begin, int end) {
        int sum = 0;
        for (int i = begin; i < end; i += 2) {
            sum += bytes.getShort(i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~(sum + (sum >>> 16));
    }

    private Optional<Step> opened(byte[] datagram, int length) {
        return isAnswer(opener, datagram, length) || isAnswer(former, datagram, length)
                ? Optional.of(new Step.Answered())
                : Optional.empty();
    }

    private boolean isAnswer(@Nullable Opener session, byte[] datagram, int length) {
        if (session == null || length < Spec.TRANSPORT_OVERHEAD) {
            return false;
        }
        byte[] packet = new byte[datagram.length];
        int opened = session.open(MemorySegment.ofArray(datagram), 0, length, MemorySegment.ofArray(packet), 0, now);
        return opened >= ECHO_SIZE && isReply(ByteBuffer.wrap(packet));
    }

    private boolean isReply(ByteBuffer packet) {
        return packet.get(9) == ICMP
                && packet.get(IP_HEADER) == ECHO_REPLY
                && packet.getShort(IP_HEADER + 6) == (short) sequence;
    }

    /** Zeroes the keys. */
    @Override
    public void close() {
        handshakes.close();
    }
}
