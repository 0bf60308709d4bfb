package weft.edge;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import weft.fleet.MeshMessage;
import weft.netio.UdpPath;

/** Sends sealed messages to other edges. A datagram may get lost; whoever sends repeats what matters. The city's thread only. */
final class MeshSender {
    private final Mesh mesh;
    private final MeshCipher cipher;
    private final FleetCounters counters;
    private final Map<String, UdpPath> paths = new LinkedHashMap<>();

    MeshSender(Mesh mesh, MeshCipher cipher, FleetCounters counters) {
        this.mesh = mesh;
        this.cipher = cipher;
        this.counters = counters;
    }

    /** @param others edges of the city besides ourselves */
    void members(List<EdgeMember> others) {
        paths.clear();
        others.forEach(member -> mesh.path(member).ifPresent(path -> paths.put(member.name(), path)));
    }

    @Nullable
    UdpPath path(String name) {
        return paths.get(name);
    }

    /** To the edges of the city. */
    Collection<UdpPath> paths() {
        return paths.values();
    }

    void tellAll(MeshMessage message) {
        byte[] encoded = message.encode();
        paths.values().forEach(path -> send(path, encoded));
    }

    /** Zeroes what it has encoded, which may be a record with a preshared key. */
    void tell(UdpPath path, MeshMessage message) {
        byte[] encoded = message.encode();
        send(path, encoded);
        Arrays.fill(encoded, (byte) 0);
    }

    private void send(UdpPath path, byte[] message) {
        try {
            mesh.send(path, cipher.seal(message, DayKeys.today()));
        } catch (IOException networkTrouble) {
            counters.add(FleetCount.UNSENT);
        }
    }
}
