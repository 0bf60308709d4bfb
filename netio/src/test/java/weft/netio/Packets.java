package weft.netio;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Random;

/** Makes IP packets for tests, with checksums of an implementation as simple as RFC 1071's own. */
final class Packets {
    private static final int TCP = 6;
    private static final int UDP = 17;

    private Packets() {}

    /** A TCP packet; {@code options} are a multiple of 4 bytes. */
    static byte[] tcp(int version, int id, int sequence, int flags, byte[] options, byte[] payload) {
        ByteBuffer tcp = ByteBuffer.allocate(20 + options.length + payload.length);
        tcp.putShort((short) 40_000).putShort((short) 443).putInt(sequence).putInt(77_777);
        tcp.put((byte) ((5 + options.length / 4) << 4)).put((byte) flags).putShort((short) 501);
        tcp.putInt(0).put(options).put(payload);
        return ip(version, id, TCP, tcp.array(), 16);
    }

    static byte[] udp(int version, int id, byte[] payload) {
        ByteBuffer udp = ByteBuffer.allocate(8 + payload.length);
        udp.putShort((short) 40_000).putShort((short) 443).putShort((short) (8 + payload.length));
        udp.putShort((short) 0).put(payload);
        return ip(version, id, UDP, udp.array(), 6);
    }

    static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Puts bytes into a fresh native buffer with room around them. */
    static MemorySegment buffer(int size) {
        return Arena.ofAuto().allocate(size, 64);
    }

    static void put(byte[] bytes, MemorySegment to, long at) {
        MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, at, bytes.length);
    }

    static byte[] get(MemorySegment from, long at, int length) {
        return from.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Whether all checksums of a TCP or UDP packet are right. */
    static boolean checksumsAreRight(byte[] packet) {
        boolean v4 = packet[0] >>> 4 == 4;
        int header = v4 ? (packet[0] & 15) * 4 : 40;
        int protocol = packet[v4 ? 9 : 6];
        return (!v4 || checksum(packet, 0, header, 0) == 0)
                && checksum(
                                packet,
                                header,
                                packet.length - header,
                                pseudoHeader(packet, v4, protocol, packet.length - header))
                        == 0;
    }

    /** Makes the checksums of a changed packet right again, the transport header taken to be where it was. */
    static void fixChecksums(byte[] packet, int transport, int protocol) {
        int field = transport + (protocol == TCP ? 16 : 6);
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        bytes.putShort(field, (short) 0);
        int length = packet.length - transport;
        int sum = checksum(packet, transport, length, pseudoHeader(packet, transport == 20, protocol, length));
        bytes.putShort(field, (short) (sum == 0 && protocol == UDP ? 0xffff : sum));
        if (transport == 20) {
            bytes.putShort(10, (short) 0);
            bytes.putShort(10, (short) checksum(packet, 0, 20, 0));
        }
    }

    /** RFC 1071 section 4.1, word by word. */
    static int checksum(byte[] bytes, int at, int length, int start) {
        int sum = start;
        for (int i = 0; i < length; i++) {
            sum += i % 2 == 0 ? (bytes[at + i] & 0xff) << 8 : bytes[at + i] & 0xff;
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }

    private static byte[] ip(int version, int id, int protocol, byte[] transport, int checksumAt) {
        int header = version == 4 ? 20 : 40;
        ByteBuffer packet = ByteBuffer.allocate(header + transport.length);
        if (version == 4) {
            packet.put((byte) 0x45).put((byte) 0).putShort((short) packet.capacity());
            packet.putShort((short) id)
                    .putShort((short) 0x4000)
                    .put((byte) 64)
                    .put((byte) protocol)
                    .putShort((short) 0);
            packet.putInt(0x0a000001).putInt(0xc6336407);
        } else {
            packet.putInt(0x60012345)
                    .putShort((short) transport.length)
                    .put((byte) protocol)
                    .put((byte) 64);
            packet.putLong(0xfd00_0000_0000_0001L)
                    .putLong(1)
                    .putLong(0x2001_0db8_0000_0000L)
                    .putLong(0x1234);
        }
        packet.put(transport);
        byte[] bytes = packet.array();
        int sum = checksum(
                bytes, header, transport.length, pseudoHeader(bytes, version == 4, protocol, transport.length));
        packet.putShort(header + checksumAt, (short) (sum == 0 && protocol == UDP ? 0xffff : sum));
        if (version == 4) {
            packet.putShort(10, (short) checksum(bytes, 0, 20, 0));
        }
        return bytes;
    }

    private static int pseudoHeader(byte[] packet, boolean v4, int protocol, int length) {
        int addresses = checksum(packet, v4 ? 12 : 8, v4 ? 8 : 32, 0) ^ 0xffff;
        int sum = addresses + protocol + length;
        return (sum & 0xffff) + (sum >>> 16);
    }
}
