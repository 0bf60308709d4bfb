package weft.api;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Body of {@code POST /{v}/reg}. Existing clients also send fields that are of no use here (install_id, fcm_token,
 * serial_number, …): they are neither read nor kept.
 *
 * @param key public key, base64
 * @param tos when the terms were accepted, as the client wrote it
 * @param type operating system, such as "Android" or "Linux"
 * @param keyType "curve25519" if given; nothing else is served
 * @param tunnelType "wireguard" if given; nothing else is served
 */
public record RegistrationRequest(
        String key,
        Optional<String> name,
        Optional<String> model,
        Optional<String> type,
        Optional<String> locale,
        Optional<String> tos,
        Optional<String> keyType,
        Optional<String> tunnelType) {
    public RegistrationRequest {
        requireNonNull(key, "\"key\" is missing: the device's public key in base64");
    }

    /** A device of ours. */
    public static RegistrationRequest of(DeviceKey key, String name, String model, String type) {
        return new RegistrationRequest(
                key.base64(),
                Optional.of(name),
                Optional.of(model),
                Optional.of(type),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
