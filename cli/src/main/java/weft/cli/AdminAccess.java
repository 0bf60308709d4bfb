package weft.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import weft.api.AdminClient;
import weft.registry.RegistryConfig;

/** How the commands of this machine reach the registry that runs here. */
final class AdminAccess {
    private AdminAccess() {}

    /** @param config by which the registry runs */
    static AdminClient open(Path config) throws IOException {
        Configuration configuration = Configuration.read(config);
        if (Files.notExists(configuration.adminTokens())) {
            throw new CommandException("there is no admin token " + configuration.adminTokens()
                    + " yet: the registry makes it at its first start\nNext: weft serve --config " + config);
        }
        return new AdminClient(
                url(configuration.registry()),
                SecretFile.firstLine(configuration.adminTokens()),
                configuration.certificate());
    }

    /** By the address: the name that a certificate is for leads devices to the registry, and admins come in elsewhere. */
    private static URI url(RegistryConfig config) {
        InetSocketAddress listen = config.adminListen();
        InetAddress address =
                listen.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : listen.getAddress();
        String host = EdgeCommand.text(new InetSocketAddress(address, listen.getPort()));
        return URI.create((config.tls().isPresent() ? "https://" : "http://") + host);
    }
}
