package weft.registry;

import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import weft.api.Account;
import weft.api.AccountType;
import weft.api.BoundDevice;
import weft.api.Device;
import weft.api.DeviceKey;
import weft.api.Registration;
import weft.api.TunnelConfig;
import weft.registry.Rows.AccountRow;
import weft.registry.Rows.DeviceRow;
import weft.registry.Rows.Standing;

/** Rows as the APIs show them. */
final class Views {
    private volatile String fleetKey;
    private final TunnelConfig.Endpoint endpoint;

    Views(RegistryConfig config) {
        this.fleetKey = config.fleetKey().base64();
        this.endpoint = endpoint(config.endpoint());
    }

    /** What devices are told from now on. */
    void fleetKey(DeviceKey key) {
        fleetKey = key.base64();
    }

    static TunnelConfig.Endpoint endpoint(RegistryConfig.Endpoint announced) {
        String v4 = announced.v4().map(address -> address.getHostAddress()).orElse("");
        String v6 = announced
                .v6()
                .map(address -> "[" + address.getHostAddress() + "]")
                .orElse("");
        String host = announced.host().orElse(v4.isEmpty() ? v6 : v4);
        return new TunnelConfig.Endpoint(
                (v4.isEmpty() ? "0.0.0.0" : v4) + ":0",
                (v6.isEmpty() ? "[::]" : v6) + ":0",
                host + ":" + announced.ports().getFirst(),
                announced.ports());
    }

    Registration registration(DeviceRow device, AccountRow account, Optional<String> token) {
        return new Registration(
                device.id(),
                device.type(),
                device.model(),
                device.name(),
                device.publicKey(),
                account(account),
                tunnel(device),
                token,
                device.enabled(),
                device.standing() == Standing.WAITING,
                Instant.ofEpochMilli(device.created()),
                Instant.ofEpochMilli(device.updated()),
                device.tos().isEmpty() ? Instant.ofEpochMilli(device.created()).toString() : device.tos(),
                0,
                device.locale(),
                device.enabled(),
                "",
                "");
    }

    private TunnelConfig tunnel(DeviceRow device) {
        return new TunnelConfig(
                reserved(device.clientId()),
                new TunnelConfig.Interface(new TunnelConfig.Addresses(
                        Prefix.address4(device.inner4()).getHostAddress(), device.inner6())),
                List.of(new TunnelConfig.Peer(fleetKey, endpoint)),
                new TunnelConfig.Services(""),
                new TunnelConfig.Metrics(0, 0));
    }

    /** The three reserved bytes, in the order in which they stand in the packet's header: most significant first. */
    static String reserved(int clientId) {
        byte[] four = ByteBuffer.allocate(Integer.BYTES).putInt(clientId).array();
        return Base64.getEncoder().encodeToString(Arrays.copyOfRange(four, 1, 4));
    }

    static Account account(AccountRow row) {
        return new Account(
                row.id(),
                row.type(),
                Instant.ofEpochMilli(row.created()),
                Instant.ofEpochMilli(row.updated()),
                0,
                0,
                0,
                row.type() == AccountType.PLUS,
                0,
                0,
                "child",
                Optional.of(row.license()));
    }

    static BoundDevice bound(DeviceRow row) {
        return new BoundDevice(
                row.id(),
                row.type(),
                row.model(),
                row.name(),
                Instant.ofEpochMilli(row.created()),
                Instant.ofEpochMilli(row.created()),
                row.enabled(),
                "child");
    }

    static Device device(DeviceRow row) {
        return new Device(
                row.id(),
                DeviceKey.parse(row.publicKey()),
                row.presharedKey().map(DeviceKey::parse),
                row.clientId(),
                Prefix.address4(row.inner4()),
                (Inet6Address) Inet6Address.ofLiteral(row.inner6()),
                row.plan(),
                row.groupName(),
                row.enabled());
    }
}
