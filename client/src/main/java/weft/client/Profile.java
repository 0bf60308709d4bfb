package weft.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import weft.api.AccountType;
import weft.api.DeviceKey;
import weft.api.RegistryClient;
import weft.api.TunnelConfig;

/**
 * All that a registered device knows of itself and its fleet. Two of it are secrets: the private key and the token.
 *
 * @param version of this record's stored form
 * @param pin of the registry's key, from the invite
 * @param caFile PEM file of the authorities to believe for the registry
 * @param token authorises every request of this device to the registry
 */
public record Profile(
        int version,
        URI registry,
        Optional<String> pin,
        Optional<String> caFile,
        String id,
        String token,
        String name,
        DeviceKey privateKey,
        DeviceKey publicKey,
        AccountType account,
        TunnelConfig config) {
    static final int VERSION = 1;

    public Profile {
        if (version != VERSION) {
            throw new IllegalArgumentException("it is of version " + version + ", and this program reads " + VERSION);
        }
        if (config.peers().isEmpty()) {
            throw new IllegalArgumentException("it names no edge");
        }
    }

    Profile with(AccountType other) {
        return new Profile(version, registry, pin, caFile, id, token, name, privateKey, publicKey, other, config);
    }

    Profile with(TunnelConfig other) {
        return new Profile(version, registry, pin, caFile, id, token, name, privateKey, publicKey, account, other);
    }

    TunnelConfig.Peer edge() {
        return config.peers().getFirst();
    }

    /** The three reserved bytes as a 24-bit number in wire order. */
    int reserved() {
        byte[] bytes = config.reserved();
        return ((bytes[0] & 0xff) << 16) | ((bytes[1] & 0xff) << 8) | (bytes[2] & 0xff);
    }

    /**
     * Where the fleet listens: the announced addresses, or else those of the announced name.
     *
     * @throws UnknownHostException if there are no addresses and the name has none either
     */
    List<InetSocketAddress> endpoints() throws UnknownHostException {
        TunnelConfig.Endpoint endpoint = edge().endpoint();
        List<InetSocketAddress> announced = endpoint.addresses();
        if (!announced.isEmpty()) {
            return announced;
        }
        int colon = endpoint.host().lastIndexOf(':');
        int port = Integer.parseInt(endpoint.host().substring(colon + 1));
        return Arrays.stream(InetAddress.getAllByName(endpoint.host().substring(0, colon)))
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    RegistryClient registryClient() throws IOException {
        return RegistryAccess.client(registry, pin, caFile);
    }

    /** Neither key nor token nor client id. */
    @Override
    public String toString() {
        return "Profile[" + id + "]";
    }
}
