package weft.wireguard;

import java.lang.foreign.MemorySegment;

/**
 * What a handshake message has to pass on the thread that receives it, before it is copied, queued or passed on: so a flood of
 * them costs the control agent a bounded part of its time, whoever sends it. What is let through may still be asked for a
 * cookie: see {@link Admission}.
 *
 * <p>Nothing that should have a mac1 is counted before that is found good. Then an initiation from a client itself has to be within
 * the allowance of its source, and of the client id that it names, so that a flood from one or for one leaves everybody
 * else's chances as they were. All of them together have an allowance too, since sources can be forged. Who is beyond any of these has
 * two ways in, each bounded: {@link SecondTries} and the {@link CookieDoor}.
 *
 * <p>Responses are counted all together only: when an edge dies, thousands of devices behind one NAT respond to the edge that
 * takes over. Cookie replies, which have no mac1, have a small budget that is nobody else's.
 *
 * <p>What that leaves to a newcomer while a hundred thousand sources drawn at random send initiations: one time in a hundred its
 * first try gets in, most often its second, 5 s later, which draws a cookie, and with that cookie its third. That it is the
 * second rests on the flood's sources not coming back ({@link SecondTries} has the figures). A flood that does come back takes the second
 * tries too, and then a newcomer waits for luck; who has a cookie, 2 minutes old at most, gets in all the same.
 *
 * <p>One thread's; see {@link Handshakes#gates}. Nothing is allocated for a datagram that carries no cookie.
 */
public final class HandshakeGate {
    /** What to do with it. */
    public enum Verdict {
        PASS,
        /** It has no handshake message's type and length. */
        MALFORMED,
        /** It is for none of our keys. */
        WRONG_MAC1,
        /** Too many have come: from its source, for its client id, or in all. */
        EXCESS
    }

    private final Mac1Check mac1;
    private final GateTables shared;
    private final HandshakeDatagram it = new HandshakeDatagram();
    private final Budget initiations;
    private final Budget passedOnInitiations;
    private final Budget responses;
    private final Budget passedOnResponses;
    private final Budget cookieReplies;
    private final CookieDoor cookies;
    private final Budget secondTries;
    private final Budget secondTriesInExcess;

    HandshakeGate(Mac1Check mac1, CookieDoor cookies, GateTables shared, int threads) {
        this.mac1 = mac1;
        this.cookies = cookies;
        this.shared = shared;
        initiations = Budget.part(threads, Tuning.GATE_BURST, Tuning.GATE_INTERVAL);
        passedOnInitiations = Budget.part(threads, Tuning.GATE_BURST, Tuning.GATE_INTERVAL);
        responses = Budget.part(threads, Tuning.GATE_RESPONSE_BURST, Tuning.GATE_RESPONSE_INTERVAL);
        passedOnResponses = Budget.part(threads, Tuning.GATE_RESPONSE_BURST, Tuning.GATE_RESPONSE_INTERVAL);
        cookieReplies = Budget.part(threads, Tuning.GATE_COOKIE_REPLY_BURST, Tuning.GATE_COOKIE_REPLY_INTERVAL);
        secondTries = Budget.part(threads, Tuning.GATE_BURST, Tuning.GATE_INTERVAL);
        secondTriesInExcess = Budget.part(threads, Tuning.GATE_BURST, Tuning.GATE_INTERVAL);
    }

    /**
     * A message that came from a client itself.
     *
     * @param high and {@code low}: the source's address as in an IPv6 header, IPv4 as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2)
     * @param nowNanos of the monotonic clock that {@link Handshakes} is called with
     */
    public Verdict direct(MemorySegment in, long at, int length, long high, long low, int port, long nowNanos) {
        it.set(in, at, length, high, low, port, nowNanos);
        return judge(responses, initiations, true);
    }

    /** A client's message that another edge has passed on, which has had an eye on its source and its client id. */
    public Verdict passedOn(MemorySegment in, long at, int length, long high, long low, int port, long nowNanos) {
        it.set(in, at, length, high, low, port, nowNanos);
        return judge(passedOnResponses, passedOnInitiations, false);
    }

    private Verdict judge(Budget ofResponses, Budget ofInitiations, boolean direct) {
        if (it.isCookieReply()) {
            return passIf(cookieReplies.take(it.now));
        }
        if (!it.hasMac1()) {
            return Verdict.MALFORMED;
        }
        if (!mac1.isValid(it.in, it.at, it.length)) {
            return Verdict.WRONG_MAC1;
        }
        if (it.isResponse()) {
            return passIf(ofResponses.take(it.now) || passesByTheSide(secondTries));
        }
        boolean within = !direct || isWithinAllowances();
        boolean passes = within && ofInitiations.take(it.now);
        return passIf(passes || passesByTheSide(within ? secondTries : secondTriesInExcess));
    }

    private static Verdict passIf(boolean passes) {
        return passes ? Verdict.PASS : Verdict.EXCESS;
    }

    private boolean isWithinAllowances() {
        int clientId = it.clientId();
        return shared.sources.take(it.network(), it.now) && (clientId == 0 || shared.clientIds.take(clientId, it.now));
    }

    /** @param again for those who are in excess apart from the others: one address has 65 536 ports to try again from */
    private boolean passesByTheSide(Budget again) {
        return cookies.isOpenFor(it)
                || (shared.secondTries.isOne(it.high, it.low, it.port, it.now) && again.take(it.now));
    }
}
