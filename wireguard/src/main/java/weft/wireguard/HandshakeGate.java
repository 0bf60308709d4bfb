package weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a handshake message has to pass on the thread that receives it, before it is copied, queued or passed on: so a flood of
 * them costs that thread about a microsecond each, and the control agent a bounded part of its time, whoever sends it.
 *
 * <p>Each source has an allowance, so that a flood from there leaves everybody else's chances as they were. All sources
 * together have one, since sources can be forged. Beyond it there is room, bounded as well, for who tries once more when a
 * device would, and for who carries a cookie of ours. So a device gets in through a flood by its second try, which draws the
 * cookie, and its third. What is let through may still be asked for a cookie: see {@link Admission}.
 *
 * <p>Responses have an allowance of their own, as a thousand sessions may be taken over in a second. A source's allowance is
 * wide, since a carrier's NAT is one.
 *
 * <p>One thread's. Nothing is allocated for a datagram that carries no cookie.
 */
public final class HandshakeGate {
    /** What to do with it. */
    public enum Verdict {
        PASS,
        /** It has no handshake message's type and length. */
        MALFORMED,
        /** It is for none of our keys. */
        WRONG_MAC1,
        /** Too many have come, from its source or in all. */
        EXCESS
    }

    private final Mac1Check mac1;
    private final Mac2Check mac2;
    private final CookieKeys cookieKeys;
    private final Fresh fresh;
    private final SourceBudgets sources;
    private final SecondTries secondTries;
    private final Budget fromClients;
    private final Budget passedOn;
    private final Budget again;
    private final Budget cookies;
    private final Budget responses;

    HandshakeGate(Mac1Check mac1, Hash hash, CookieKeys cookieKeys, Fresh fresh, int threads) {
        long interval = Tuning.GATE_INTERVAL * threads;
        fromClients = new Budget(Tuning.GATE_BURST, interval);
        passedOn = new Budget(Tuning.GATE_BURST, interval);
        again = new Budget(Tuning.GATE_BURST, interval);
        cookies = new Budget(Tuning.GATE_BURST, interval);
        responses = new Budget(Tuning.GATE_RESPONSE_BURST, Tuning.GATE_RESPONSE_INTERVAL * threads);
        this.mac1 = mac1;
        this.cookieKeys = cookieKeys;
        this.fresh = fresh;
        mac2 = new Mac2Check(hash);
        byte[] random = new byte[Long.BYTES];
        fresh.random(random);
        long secret = Integer.toUnsignedLong(Message.index(random, 0)) << Integer.SIZE
                | Integer.toUnsignedLong(Message.index(random, Integer.BYTES));
        secondTries = new SecondTries(secret);
        sources = new SourceBudgets(secret, Tuning.GATE_SOURCE_BURST, Tuning.GATE_SOURCE_INTERVAL);
    }

    /**
     * A message that came from a client itself.
     *
     * @param high and {@code low}: the source's address as in an IPv6 header, IPv4 as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2)
     * @param nowNanos of the monotonic clock that {@link Handshakes} is called with
     */
    public Verdict direct(MemorySegment in, long at, int length, long high, long low, int port, long nowNanos) {
        boolean within = sources.take(high, low, nowNanos);
        return judge(in, at, length, within, fromClients, high, low, port, nowNanos);
    }

    /** A client's message that another edge has passed on, which has had an eye on its source. */
    public Verdict passedOn(MemorySegment in, long at, int length, long high, long low, int port, long nowNanos) {
        return judge(in, at, length, true, passedOn, high, low, port, nowNanos);
    }

    private Verdict judge(
            MemorySegment in,
            long at,
            int length,
            boolean within,
            Budget all,
            long high,
            long low,
            int port,
            long now) {
        boolean hasMacs = Message.hasMac1(in, at, length);
        if (!hasMacs && !Message.isCookieReply(in, at, length)) {
            return Verdict.MALFORMED;
        }
        boolean hasCookie = hasMacs && Mac2Check.isPresent(in, at, length);
        if (!within && !hasCookie) {
            return Verdict.EXCESS;
        }
        if (hasMacs && !mac1.isValid(in, at, length)) {
            return Verdict.WRONG_MAC1;
        }
        if (within && (isResponse(in, at) ? responses : all).take(now)) {
            return Verdict.PASS;
        }
        boolean passes = hasCookie
                ? cookies.take(now) && isProven(in, at, length, high, low, port, now)
                : secondTries.isOne(high, low, port, now) && again.take(now);
        return passes ? Verdict.PASS : Verdict.EXCESS;
    }

    private static boolean isResponse(MemorySegment in, long at) {
        return in.get(ValueLayout.JAVA_BYTE, at) == Spec.RESPONSE;
    }

    private boolean isProven(MemorySegment in, long at, int length, long high, long low, int port, long now) {
        return mac2.isValid(in, at, length, high, low, port, cookieKeys.secrets(now, fresh.unixNanos()));
    }
}
