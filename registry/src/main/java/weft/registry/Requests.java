package weft.registry;

import java.util.Optional;
import weft.api.DeviceUpdate;
import weft.api.Problem;
import weft.api.RegistrationRequest;

/** Bounds on what is sent. */
final class Requests {
    private static final int MAX_TEXT = 128;
    private static final String KEY_TYPE = "curve25519";
    private static final String TUNNEL_TYPE = "wireguard";

    private Requests() {}

    static void check(RegistrationRequest request) {
        text("name", request.name());
        text("model", request.model());
        text("type", request.type());
        text("locale", request.locale());
        text("tos", request.tos());
        only("key_type", KEY_TYPE, request.keyType());
        only("tunnel_type", TUNNEL_TYPE, request.tunnelType());
    }

    static void check(DeviceUpdate update) {
        text("name", update.name());
        only("key_type", KEY_TYPE, update.keyType());
        only("tunnel_type", TUNNEL_TYPE, update.tunnelType());
    }

    static void text(String field, Optional<String> value) {
        if (value.isEmpty()) {
            return;
        }
        if (value.get().length() > MAX_TEXT) {
            throw new Refusal(Problem.MALFORMED, "\"" + field + "\" is longer than " + MAX_TEXT + " characters");
        }
        // codePoints() yields a surrogate only where it stands alone, and that has no UTF-8.
        if (value.get().codePoints().anyMatch(c -> Character.isISOControl(c) || isSurrogate(c))) {
            throw new Refusal(Problem.MALFORMED, "\"" + field + "\" has control characters in it");
        }
    }

    static void within(String field, long value, long most) {
        if (value < 1 || value > most) {
            throw new Refusal(Problem.MALFORMED, "\"" + field + "\" is between 1 and " + most);
        }
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    private static void only(String field, String served, Optional<String> value) {
        if (value.isPresent() && !value.get().equals(served)) {
            throw new Refusal(Problem.BAD_KEY, "\"" + field + "\" can only be \"" + served + "\" here");
        }
    }
}
