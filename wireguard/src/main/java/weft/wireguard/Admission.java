package weft.wireguard;

import java.util.List;

/**
 * What an initiation or response with a good mac1 must pass under load before it may cost us an X25519: a cookie for its
 * source, that source's allowance, and what there is for all together, since many may have addresses that they can prove.
 */
final class Admission {
    private final Cookies cookies;
    private final LoadGuard guard;
    private final Budget proven = new Budget(Tuning.PROVEN_BURST, Tuning.PROVEN_INTERVAL);

    Admission(Cookies cookies, LoadGuard guard) {
        this.cookies = cookies;
        this.guard = guard;
    }

    /** What is to be done instead; empty if the message is admitted. */
    List<Event> refuse(Identity ours, byte[] message, Endpoint from, long now) {
        int reserved = Message.takeReserved(message);
        if (!guard.isUnderLoad(now)) {
            return List.of();
        }
        if (!cookies.isMac2Valid(message, from, now)) {
            byte[] reply = cookies.reply(ours, message, from, now);
            Message.stampReserved(reply, reserved);
            return List.of(new Event.Send(reply, from));
        }
        return guard.allows(from, now) && proven.take(now)
                ? List.of()
                : Event.Rejected.because(Event.Reason.RATE_LIMITED);
    }
}
