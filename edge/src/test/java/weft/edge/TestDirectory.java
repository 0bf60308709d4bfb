package weft.edge;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import weft.api.AccountType;
import weft.api.Device;
import weft.api.DeviceChange;
import weft.api.DeviceDirectory;
import weft.api.DeviceKey;
import weft.api.KeyUses;

/** A registry's directory that lives in memory and can be away. */
final class TestDirectory implements DeviceDirectory {
    private final Map<DeviceKey, Device> devices = new ConcurrentHashMap<>();
    private final List<Consumer<DeviceChange>> listeners = new CopyOnWriteArrayList<>();
    final AtomicInteger questions = new AtomicInteger();
    final Map<DeviceKey, DeviceKey> keysUsed = new ConcurrentHashMap<>();
    volatile boolean away;

    static Device device(DeviceKey key, String id, int host) {
        return new Device(
                id,
                key,
                Optional.empty(),
                host,
                (Inet4Address) InetAddress.ofLiteral("100.96.0." + host),
                (Inet6Address) InetAddress.ofLiteral("fd77::" + host),
                AccountType.FREE,
                Optional.empty(),
                true);
    }

    static Device enabled(Device device, boolean enabled) {
        return new Device(
                device.id(),
                device.publicKey(),
                device.presharedKey(),
                device.clientId(),
                device.inner4(),
                device.inner6(),
                device.account(),
                device.group(),
                enabled);
    }

    static Device inGroup(Device device, String group) {
        return new Device(
                device.id(),
                device.publicKey(),
                device.presharedKey(),
                device.clientId(),
                device.inner4(),
                device.inner6(),
                device.account(),
                Optional.of(group),
                device.enabled());
    }

    void put(Device device) {
        Device before = devices.put(device.publicKey(), device);
        tell(
                before == null
                        ? new DeviceChange.Registered(device.publicKey(), device.clientId())
                        : new DeviceChange.Changed(device.publicKey(), device.clientId()));
    }

    void delete(Device device) {
        devices.remove(device.publicKey());
        tell(new DeviceChange.Deleted(device.publicKey(), device.clientId()));
    }

    void tell(DeviceChange change) {
        listeners.forEach(listener -> listener.accept(change));
    }

    @Override
    public Optional<Device> byKey(DeviceKey publicKey) throws IOException {
        questions.incrementAndGet();
        if (away) {
            throw new IOException("the registry is away");
        }
        return Optional.ofNullable(devices.get(publicKey));
    }

    @Override
    public List<Device> byClientId(int clientId) {
        return devices.values().stream()
                .filter(device -> device.clientId() == clientId)
                .toList();
    }

    @Override
    public void keyUses(KeyUses uses) throws IOException {
        if (away) {
            throw new IOException("the registry is away");
        }
        uses.devices().forEach(device -> keysUsed.put(device, uses.fleetKey()));
    }

    @Override
    public Watch watch(Consumer<DeviceChange> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {}
}
