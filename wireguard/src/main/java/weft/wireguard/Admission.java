package weft.wireguard;

import java.security.MessageDigest;
import java.util.List;

/**
 * What an initiation or response must pass before it may cost us an X25519: mac1, and under load a cookie for its source
 * and that source's allowance.
 */
final class Admission {
    private final Kdf kdf;
    private final Cookies cookies;
    private final LoadGuard guard;

    Admission(Kdf kdf, Cookies cookies, LoadGuard guard) {
        this.kdf = kdf;
        this.cookies = cookies;
        this.guard = guard;
    }

    /** What is to be done instead; empty if the message is admitted. */
    List<Event> refuse(Identity ours, byte[] message, int reserved, Endpoint from, long now) {
        int mac1At = message.length - 2 * Spec.MAC_SIZE;
        byte[] mac1 = Message.part(message, mac1At, Spec.MAC_SIZE);
        if (!MessageDigest.isEqual(kdf.mac(ours.mac1Key(), message, mac1At), mac1)) {
            return Event.Rejected.because(Event.Reason.WRONG_MAC1);
        }
        if (!guard.isUnderLoad(now)) {
            return List.of();
        }
        if (!cookies.isMac2Valid(message, from, now)) {
            byte[] reply = cookies.reply(ours, message, from, now);
            Message.stampReserved(reply, reserved);
            return List.of(new Event.Send(reply, from));
        }
        return guard.allows(from, now) ? List.of() : Event.Rejected.because(Event.Reason.RATE_LIMITED);
    }
}
