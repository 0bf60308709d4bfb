package weft.edge;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import weft.api.AccountType;
import weft.api.Device;
import weft.api.DeviceKey;
import weft.fleet.Psk;
import weft.fleet.SessionRecord;
import weft.fleet.Stamp;
import weft.fleet.StaticKey;
import weft.fleet.Version;
import weft.netio.UdpPath;
import weft.tunnel.Handover;
import weft.wireguard.PeerRecord;
import weft.wireguard.PublicKey;
import weft.wireguard.Tai64n;

/** Between a session as the tunnel and the registry know it, and its record as edges send it to each other. */
final class Records {
    private Records() {}

    /** @throws IllegalArgumentException if it would not fit a record */
    static SessionRecord of(Device device, Handover session, int listenPort, int holder, Version version) {
        PeerRecord peer = session.record();
        UdpPath at = session.path();
        return new SessionRecord(
                device(device),
                new SessionRecord.Endpoint(at.high(), at.low(), at.port(), at.localHigh(), at.localLow(), listenPort),
                peer.identity().map(key -> new StaticKey(key.bytes())),
                peer.reserved(),
                peer.receiverIndices(),
                new Stamp(peer.sent().seconds(), peer.sent().nanos()),
                new Stamp(peer.received().seconds(), peer.received().nanos()),
                holder,
                version);
    }

    private static SessionRecord.Device device(Device device) {
        ByteBuffer inner6 = ByteBuffer.wrap(device.inner6().getAddress());
        byte[] psk = device.presharedKey().map(DeviceKey::bytes).orElseGet(() -> new byte[Psk.SIZE]);
        try {
            return new SessionRecord.Device(
                    new StaticKey(device.publicKey().bytes()),
                    new Psk(psk),
                    device.clientId(),
                    ByteBuffer.wrap(device.inner4().getAddress()).getInt(),
                    inner6.getLong(),
                    inner6.getLong(),
                    device.id(),
                    device.group(),
                    device.account() == AccountType.PLUS);
        } finally {
            Arrays.fill(psk, (byte) 0);
        }
    }

    /** As the registry would say it: whoever has a session is enabled. */
    static Device device(SessionRecord record) {
        SessionRecord.Device device = record.device();
        byte[] psk = device.psk().bytes();
        boolean hasPsk = !device.psk().equals(Psk.none());
        try {
            return new Device(
                    device.id(),
                    DeviceKey.of(device.key().bytes()),
                    hasPsk ? Optional.of(DeviceKey.of(psk)) : Optional.empty(),
                    device.clientId(),
                    (Inet4Address) address(
                            ByteBuffer.allocate(4).putInt(device.inner4()).array()),
                    (Inet6Address) address(ByteBuffer.allocate(16)
                            .putLong(device.inner6High())
                            .putLong(device.inner6Low())
                            .array()),
                    device.plus() ? AccountType.PLUS : AccountType.FREE,
                    device.group(),
                    true);
        } finally {
            Arrays.fill(psk, (byte) 0);
        }
    }

    static Handover session(SessionRecord record) {
        SessionRecord.Endpoint at = record.endpoint();
        return new Handover(
                new PeerRecord(
                        new PublicKey(record.device().key().bytes()),
                        record.identity().map(key -> new PublicKey(key.bytes())),
                        Optional.empty(),
                        record.reserved(),
                        record.receiverIndices(),
                        new Tai64n(record.sent().seconds(), record.sent().nanos()),
                        new Tai64n(
                                record.received().seconds(), record.received().nanos())),
                UdpPath.of(at.high(), at.low(), at.port(), at.localHigh(), at.localLow()));
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
