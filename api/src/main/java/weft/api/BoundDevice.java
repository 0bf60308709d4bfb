package weft.api;

import java.time.Instant;

/** One device of an account, as {@code GET /{v}/reg/{id}/account/devices} lists it. */
public record BoundDevice(
        String id,
        String type,
        String model,
        String name,
        Instant created,
        Instant activated,
        boolean active,
        String role) {}
