package weft.api;

import java.util.List;

/** Reply to {@code GET /{v}/client_config}: the same for every client, and nothing is denied or counted here. */
public record ClientConfig(
        List<String> captivePortal, List<String> denylist, long premiumDataBytes, long referralRewardBytes) {
    public ClientConfig {
        captivePortal = List.copyOf(captivePortal);
        denylist = List.copyOf(denylist);
    }

    public static ClientConfig empty() {
        return new ClientConfig(List.of(), List.of(), 0, 0);
    }
}
