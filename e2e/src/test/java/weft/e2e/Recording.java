package weft.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import weft.lab.Daemon;
import weft.lab.Host;
import weft.lab.Topology;
import weft.lab.World;

/** What devices send to the fleet over IPv4, recorded on the Internet: what somebody on the way can replay. */
final class Recording {
    private static final String FILE = "/run/recording.pcap";
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int IN_FRONT = 14 + 20 + 8;

    private final Host host;
    private final Daemon tcpdump;

    private Recording(Host host) {
        this.host = host;
        tcpdump = host.start(
                "tcpdump",
                List.of(
                        "tcpdump",
                        "-U",
                        "--immediate-mode",
                        "-Z",
                        "root",
                        "-i",
                        Topology.WIFI,
                        "-w",
                        FILE,
                        "udp dst port 2408 and ip"));
        tcpdump.await("to listen", () -> tcpdump.log().contains("listening on"), Duration.ofSeconds(10));
    }

    static Recording begin(World world) {
        return new Recording(world.host(Topology.INTERNET));
    }

    /** What is awaited are datagrams of all these sizes. */
    void end(int... sizes) {
        for (int size : sizes) {
            tcpdump.await("to record " + size + " bytes", () -> has(size), Duration.ofSeconds(10));
        }
        tcpdump.close();
    }

    private boolean has(int size) {
        try {
            return find(size).length > 0;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Those of this size, one after the other. */
    byte[] datagrams(int size) throws IOException {
        byte[] found = find(size);
        if (found.length == 0) {
            throw new IOException("nothing of " + size + " bytes was recorded");
        }
        return found;
    }

    /** In a file of pcap's, with Ethernet's headers. */
    private byte[] find(int size) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(host.path(FILE))).order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream found = new ByteArrayOutputStream();
        int at = FILE_HEADER;
        while (at + RECORD_HEADER <= file.limit()) {
            int captured = file.getInt(at + 8);
            if (captured == IN_FRONT + size && at + RECORD_HEADER + captured <= file.limit()) {
                found.write(file.array(), at + RECORD_HEADER + IN_FRONT, size);
            }
            at += RECORD_HEADER + captured;
        }
        return found.toByteArray();
    }
}
