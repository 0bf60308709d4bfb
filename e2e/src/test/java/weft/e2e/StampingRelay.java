package weft.e2e;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;

/**
 * Makes a stock WireGuard one that stamps reserved bytes, as WARP's clients do: stands before it, stamps what it sends,
 * and prints type and reserved bytes of what it is sent before it clears them.
 */
final class StampingRelay {
    static final String STAMP = "c0ffee";
    static final int OUTER = 51_900;
    static final int INNER = 51_901;
    private static final int WIREGUARD = 51_820;
    private static final int LARGEST = 65_535;

    private StampingRelay() {}

    /** Arguments: the address that the far side knows, and the far side's. */
    static void main(String[] arguments) throws IOException {
        InetSocketAddress far = new InetSocketAddress(InetAddress.ofLiteral(arguments[1]), WIREGUARD);
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (DatagramSocket outer =
                        new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(arguments[0]), OUTER));
                DatagramSocket inner = new DatagramSocket(new InetSocketAddress(loopback, INNER))) {
            System.out.println("ready");
            byte[] stamp = HexFormat.of().parseHex(STAMP);
            Thread stamping = Thread.ofPlatform().start(() -> pass(inner, outer, far, stamp));
            pass(outer, inner, new InetSocketAddress(loopback, WIREGUARD), new byte[3]);
            stamping.interrupt();
        }
    }

    private static void pass(DatagramSocket from, DatagramSocket to, InetSocketAddress next, byte[] reserved) {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        try {
            while (true) {
                packet.setLength(LARGEST);
                from.receive(packet);
                byte[] data = packet.getData();
                System.out.println((reserved[0] == 0 ? "to stock " : "from stock ")
                        + HexFormat.of().formatHex(data, 0, 1) + " "
                        + HexFormat.of().formatHex(data, 1, 4));
                System.arraycopy(reserved, 0, data, 1, reserved.length);
                to.send(new DatagramPacket(data, packet.getLength(), next));
            }
        } catch (IOException closed) {
            System.out.println("ended: " + closed.getMessage());
        }
    }
}
