package weft.fleet;

import java.util.List;
import java.util.Optional;

/** Sessions of devices that are told apart by their client ids, up to 16 bits. */
final class TestSessions {
    private TestSessions() {}

    static StaticKey key(int client) {
        byte[] bytes = new byte[StaticKey.SIZE];
        bytes[0] = (byte) client;
        bytes[1] = (byte) (client >> 8);
        return new StaticKey(bytes);
    }

    static SessionRecord record(int client, int holder, Version version) {
        return new SessionRecord(
                new SessionRecord.Device(
                        key(client), Psk.none(), client, 0x64600002, 1, 2, "device", Optional.empty(), false),
                new SessionRecord.Endpoint(0, 0xffff_c000_0201L, 4000, 0, 0xffff_cb00_7101L, 2408),
                Optional.empty(),
                0,
                List.of(client),
                Stamp.NEVER,
                Stamp.NEVER,
                holder,
                version);
    }
}
