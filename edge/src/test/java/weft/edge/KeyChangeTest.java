package weft.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import weft.api.DeviceKey;
import weft.wireguard.PublicKey;

/** A running edge whose fleet goes over to another key, with a stock device on it. */
@Timeout(120)
class KeyChangeTest extends OneEdge {
    private Path file() {
        return directory.resolve("fleet.key");
    }

    private void serve() throws Exception {
        registry.put(device);
        world.whoAmI("server", WEB);
        start(config().build());
        connect();
        ask(Neighbourhood.SERVER4);
    }

    private PublicKey begin() throws Exception {
        return FleetKey.begin(file()).next().orElseThrow();
    }

    private void configure(PublicKey other) throws Exception {
        String host = Neighbourhood.ANYCAST4.getHostAddress();
        world.in("device", "wg", "set", phone.interfaceName(), "peer", fleet.toString(), "remove");
        world.in(
                "device",
                "wg",
                "set",
                phone.interfaceName(),
                "peer",
                other.toString(),
                "endpoint",
                host + ":" + PORT,
                "allowed-ips",
                "0.0.0.0/0,::/0");
    }

    private boolean isKnownToUse(PublicKey key) {
        return Optional.ofNullable(registry.keysUsed.get(device.publicKey()))
                .filter(DeviceKey.of(key.bytes())::equals)
                .isPresent();
    }

    @Test
    void bothKeysAreGoodWithoutARestartAndTheRegistryHearsWhichOneADeviceUses() throws Exception {
        serve();
        assertThat(registry.keysUsed).as("there is but one").isEmpty();
        PublicKey second = begin();
        eventually(() -> isKnownToUse(fleet));
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
        configure(second);
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
        eventually(() -> isKnownToUse(second));
    }

    @Test
    void endingTheChangeCutsOffWhoStillUsesTheFormerKeyAndNobodyElse() throws Exception {
        serve();
        PublicKey second = begin();
        FleetKey.announce(file());
        eventually(() -> isKnownToUse(fleet));
        FleetKey.end(file());
        eventually(() -> !asks(Neighbourhood.SERVER4));
        configure(second);
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
    }

    @Test
    void whatTheRegistryMissedWhileItWasAwayItIsToldLater() throws Exception {
        serve();
        registry.away = true;
        begin();
        Thread.sleep(2_500);
        assertThat(registry.keysUsed).isEmpty();
        registry.away = false;
        eventually(() -> isKnownToUse(fleet));
    }

    /** As when a file of another fleet is copied here by mistake. */
    @Test
    void aFileWithNoneOfTheKeysInUseChangesNothing() throws Exception {
        serve();
        Path other = directory.resolve("other.key");
        FleetKey.make(other);
        Files.move(other, file(), StandardCopyOption.REPLACE_EXISTING);
        Thread.sleep(2_500);
        assertThat(ask(Neighbourhood.SERVER4)).isNotEmpty();
    }
}
