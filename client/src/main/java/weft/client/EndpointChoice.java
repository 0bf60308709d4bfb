package weft.client;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which of the fleet's endpoints the tunnel uses, IPv4 or IPv6: a state machine that does no I/O. It is shown, now and
 * then, how each endpoint can be reached and what has passed through the tunnel, and says what to do.
 *
 * <p>Before there is a session, an endpoint has a moment to answer, then it is another's turn. Once there is one, it
 * stays where it is: it follows the network (the way to the endpoint changed), and leaves its endpoint only if no way
 * leads there any more or if the edge has been silent for longer than the protocol's own patience.
 *
 * <p>Times are nanoseconds of one monotonic clock.
 */
final class EndpointChoice {
    private static final long SECOND = 1_000_000_000L;

    /** What the first endpoint has to answer in, and what each has after that: REKEY_TIMEOUT per endpoint, about. */
    static final long FIRST_PATIENCE = 3 * SECOND / 2;

    static final long PATIENCE = 7 * SECOND / 2;

    /** KEEPALIVE_TIMEOUT and REKEY_TIMEOUT have passed, so the protocol tries anew; and that was not answered either. */
    static final long SILENCE = 17 * SECOND;

    /** Between one endpoint and the next while the edge stays silent. */
    static final long SILENT_TURN = 6 * SECOND;

    /** A datagram without a packet in it; whatever carries one is longer. */
    private static final int KEEPALIVE_SIZE = 32;

    /** What the caller has to do. */
    sealed interface Step {
        record Stay() implements Step {}

        /** Forget the attempt that is under way and start a handshake. */
        record Begin(InetSocketAddress to) implements Step {}

        /** The session goes on by another way, or at another endpoint: tell the edge by a keepalive. */
        record Move(InetSocketAddress to) implements Step {}

        /** As {@link Move}, and handshake there: the session may be dead. */
        record Renew(InetSocketAddress to) implements Step {}
    }

    /** Bytes of transport data in whole datagrams, since the start; and when the last handshake was. */
    record Traffic(long received, long sent, long lastHandshake) {}

    private static final Step STAY = new Step.Stay();

    private final List<InetSocketAddress> endpoints;
    private int current = -1;
    private Optional<Way> way = Optional.empty();
    private boolean session;
    private long since;
    private long patience = FIRST_PATIENCE;
    private boolean givenUp;
    private long renewedAt = Long.MIN_VALUE / 4;
    private Traffic seen = new Traffic(0, 0, 0);
    private OptionalLong unheardSince = OptionalLong.empty();

    EndpointChoice(List<InetSocketAddress> endpoints) {
        this.endpoints = List.copyOf(endpoints);
    }

    /** The endpoint in use or on trial; empty if there is a way to none. */
    Optional<InetSocketAddress> endpoint() {
        return current < 0 ? Optional.empty() : Optional.of(endpoints.get(current));
    }

    /** Whether there is a way to it. */
    boolean hasWay() {
        return way.isPresent();
    }

    /** Whether the edge should have been heard of, and has not. */
    boolean isSilent(long now) {
        return session && unheardSince.isPresent() && now - unheardSince.getAsLong() >= SILENCE;
    }

    /** There is a session. */
    void established() {
        session = true;
        givenUp = false;
        unheardSince = OptionalLong.empty();
    }

    /** The protocol has given up: its turn is over. */
    void unreachable(long now) {
        givenUp = true;
        unheardSince = OptionalLong.of(now - SILENCE);
    }

    /** @param ways to each endpoint, in the order of the constructor's; empty where there is none */
    Step look(long now, List<Optional<Way>> ways, Traffic traffic) {
        Step step = session ? keep(now, ways, traffic) : begin(now, ways);
        seen = traffic;
        return step;
    }

    private Step begin(long now, List<Optional<Way>> ways) {
        boolean moved = current >= 0 && !ways.get(current).equals(way);
        boolean over = givenUp || now - since >= patience;
        if (current >= 0 && !moved && !over) {
            return STAY;
        }
        int next = moved && ways.get(current).isPresent() ? current : next(ways);
        if (next < 0) {
            current = -1;
            way = Optional.empty();
            return STAY;
        }
        if (next == current && !moved && !givenUp) {
            return STAY; // the only one: the protocol itself repeats its initiation
        }
        givenUp = false;
        patience = current < 0 ? FIRST_PATIENCE : PATIENCE;
        since = now;
        use(next, ways);
        return new Step.Begin(endpoints.get(next));
    }

    private Step keep(long now, List<Optional<Way>> ways, Traffic traffic) {
        listen(now, traffic);
        Optional<Way> present = ways.get(current);
        if (present.isEmpty() || !present.equals(way)) {
            int next = present.isPresent() ? current : next(ways);
            if (next < 0) {
                way = Optional.empty();
                return STAY;
            }
            use(next, ways);
            return new Step.Move(endpoints.get(next));
        }
        if (isSilent(now) && now - renewedAt >= SILENT_TURN) {
            renewedAt = now;
            use(next(ways), ways);
            return new Step.Renew(endpoints.get(current));
        }
        return STAY;
    }

    private void listen(long now, Traffic traffic) {
        if (traffic.received() != seen.received() || traffic.lastHandshake() != seen.lastHandshake()) {
            unheardSince = OptionalLong.empty();
        } else if (unheardSince.isEmpty() && traffic.sent() - seen.sent() > KEEPALIVE_SIZE) {
            unheardSince = OptionalLong.of(now);
        }
    }

    private void use(int next, List<Optional<Way>> ways) {
        current = next;
        way = ways.get(next);
    }

    /** The first after the current one that can be reached, itself if it is the only one; -1 if none can. */
    private int next(List<Optional<Way>> ways) {
        for (int step = 1; step <= endpoints.size(); step++) {
            int candidate = (Math.max(current, -1) + step) % endpoints.size();
            if (ways.get(candidate).isPresent()) {
                return candidate;
            }
        }
        return -1;
    }
}
