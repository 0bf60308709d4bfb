package weft.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import weft.api.AdminClient;
import weft.api.FleetKeyStatus;
import weft.edge.FleetKey;
import weft.edge.FleetKeys;
import weft.wireguard.PublicKey;

/**
 * How far the fleet is on its way from one key to another.
 *
 * @param state by the key file; absent where this machine has none
 * @param key the public key that devices are told, by the registry
 * @param second the other one that is valid, by the key file
 * @param since when devices were told the key first; absent for a fleet's first key
 * @param behind devices whose last known session was by another key
 * @param unseen devices that were registered before and have not been seen since
 * @param devices both kinds, or the first of them
 */
record KeyRotation(
        int version,
        Optional<State> state,
        String key,
        Optional<String> second,
        Optional<Instant> since,
        long behind,
        long unseen,
        List<FleetKeyStatus.Behind> devices) {
    private static final int VERSION = 1;
    private static final int PAGE = 1000;

    enum State {
        /** There is one key. */
        @JsonProperty("settled")
        SETTLED,
        /** There is a second one that devices are not told yet. */
        @JsonProperty("begun")
        BEGUN,
        /** Devices are told the second one, and the former one is valid as well. */
        @JsonProperty("announced")
        ANNOUNCED
    }

    static KeyRotation ask(Configuration configuration, AdminClient admin, boolean all) throws IOException {
        FleetKeyStatus first = admin.fleetKey("", PAGE);
        List<FleetKeyStatus.Behind> devices = new ArrayList<>(first.devices());
        boolean more = all && first.devices().size() == PAGE;
        while (more) {
            List<FleetKeyStatus.Behind> page =
                    admin.fleetKey(devices.getLast().id(), PAGE).devices();
            devices.addAll(page);
            more = page.size() == PAGE;
        }
        Optional<State> state = Optional.empty();
        Optional<PublicKey> second = Optional.empty();
        if (Files.exists(configuration.keyFile())) {
            try (FleetKeys keys = FleetKey.read(configuration.keyFile())) {
                second = keys.next().or(keys::former);
                state = Optional.of(state(keys));
            }
        }
        return new KeyRotation(
                VERSION,
                state,
                first.key().base64(),
                second.map(PublicKey::toString),
                first.since(),
                first.behind(),
                first.unseen(),
                devices);
    }

    private static State state(FleetKeys keys) {
        if (keys.next().isPresent()) {
            return State.BEGUN;
        }
        return keys.former().isPresent() ? State.ANNOUNCED : State.SETTLED;
    }

    /** @param option how to name the configuration in a next command */
    String text(String option) {
        StringBuilder text = new StringBuilder("devices are told " + key
                + since.map(at -> " since " + at.truncatedTo(ChronoUnit.SECONDS))
                        .orElse(""));
        state.ifPresent(known -> text.append(
                switch (known) {
                    case SETTLED -> "; it is the only key";
                    case BEGUN -> "; edges answer to " + second.orElse("") + " as well";
                    case ANNOUNCED -> "; edges answer to the former key as well, " + second.orElse("");
                }));
        text.append(String.format(
                "%nbehind: %d devices last seen with another key, %d not seen since they are told this one",
                behind, unseen));
        for (FleetKeyStatus.Behind device : devices) {
            text.append(String.format(
                    "%n%s\t%s\t%s\t%s",
                    device.id(),
                    device.name().isEmpty() ? "-" : device.name(),
                    device.group().orElse("-"),
                    device.seen()
                            .map(at -> "seen " + at.truncatedTo(ChronoUnit.SECONDS))
                            .orElse("not seen")));
        }
        if (devices.size() < behind + unseen) {
            text.append(String.format("%n… and %d more: --all", behind + unseen - devices.size()));
        }
        return text.append(next(option)).toString();
    }

    private String next(String option) {
        if (state.isEmpty() || state.get() == State.SETTLED) {
            return "";
        }
        if (state.get() == State.BEGUN) {
            return String.format("%nNext: weft fleet rotate-key announce%s, when every edge has the key file", option);
        }
        return behind + unseen == 0
                ? String.format("%nNext: weft fleet rotate-key end%s", option)
                : String.format("%nNext: make the configuration of stock devices anew; Weft's own clients follow");
    }
}
