package weft.client;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import weft.api.DeviceKey;
import weft.api.Registration;
import weft.api.RegistrationRequest;
import weft.api.RegistryClient;
import weft.api.RegistryException;
import weft.wireguard.Crypto;
import weft.wireguard.PrivateKey;
import weft.wireguard.PublicKey;

/** Makes this machine a device of a fleet, and undoes that. */
public final class Registrar {
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;

    private final StateDirectory directory;

    public Registrar(StateDirectory directory) {
        this.directory = directory;
    }

    public Optional<Profile> current() throws IOException {
        return directory.profile();
    }

    /**
     * Makes a key pair, registers it and keeps the result.
     *
     * @param name by which people know the device
     * @throws AlreadyRegisteredException if there is a registration; it is left as it is
     * @throws RegistryException if the registry refuses
     */
    public Profile register(RegistryAccess access, String name) throws IOException {
        if (directory.profile().isPresent()) {
            throw new AlreadyRegisteredException(directory.registration());
        }
        directory.create();
        byte[] random = new byte[DeviceKey.SIZE];
        new SecureRandom().nextBytes(random);
        try (PrivateKey key = new PrivateKey(random);
                RegistryClient registry = access.client()) {
            PublicKey publicKey = key.publicKey(Crypto.jdk().curve());
            DeviceKey announced = DeviceKey.of(publicKey.bytes());
            Registration made = registry.register(
                    RegistrationRequest.of(announced, name, "PC", System.getProperty("os.name")), access.invite());
            Profile profile = profile(access, name, key, announced, made);
            directory.save(profile);
            return profile;
        } finally {
            Arrays.fill(random, (byte) 0);
        }
    }

    private static Profile profile(
            RegistryAccess access, String name, PrivateKey key, DeviceKey announced, Registration made)
            throws IOException {
        byte[] secret = key.bytes();
        try {
            return new Profile(
                    Profile.VERSION,
                    access.registry(),
                    access.pin(),
                    access.caFile(),
                    made.id(),
                    made.token().orElseThrow(() -> new IOException("the registry sent no token")),
                    name,
                    DeviceKey.of(secret),
                    announced,
                    made.account().accountType(),
                    made.config());
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /**
     * Moves the device to the account of that license.
     *
     * @throws IOException if there is no registration, or the registry refuses; then the account is what it was
     */
    public Profile license(String license) throws IOException {
        Profile before = directory
                .profile()
                .orElseThrow(() -> new IOException("there is no registration " + directory.registration()));
        try (RegistryClient registry = before.registryClient()) {
            Profile after = before.with(
                    registry.setLicense(before.id(), before.token(), license).accountType());
            directory.save(after);
            return after;
        }
    }

    /**
     * Deletes the device at its registry, then here. A registry that no longer knows the device has nothing to delete.
     *
     * @return false if there is no registration
     * @throws IOException if the registry cannot be asked: then nothing is deleted
     */
    public boolean delete() throws IOException {
        Optional<Profile> profile = directory.profile();
        if (profile.isEmpty()) {
            return false;
        }
        try (RegistryClient registry = profile.get().registryClient()) {
            registry.delete(profile.get().id(), profile.get().token());
        } catch (RegistryException refused) {
            if (refused.status() != UNAUTHORIZED && refused.status() != NOT_FOUND) {
                throw refused;
            }
        }
        directory.forget();
        return true;
    }

    /** Deletes the registration here only: the registry still has the device. */
    public void forget() throws IOException {
        directory.forget();
    }
}
