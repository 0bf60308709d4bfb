package weft.netio;

import java.util.Random;

/** A stream of packets of one flow, of mostly equal size, with a tear here and there. */
final class TestFlow {
    private final Random random;
    private final int version;
    private final boolean tcp;
    private final byte[] options;
    private final int size;
    private int id;
    private int sequence;

    TestFlow(Random random) {
        this.random = random;
        version = random.nextBoolean() ? 4 : 6;
        tcp = random.nextInt(3) > 0;
        options = new byte[4 * random.nextInt(11)];
        size = 1 + random.nextInt(random.nextBoolean() ? 60 : 1400);
        id = random.nextInt(65_536);
        sequence = random.nextInt();
    }

    byte[] next() {
        int chance = random.nextInt(20);
        int payload = chance == 0 ? random.nextInt(1400) : size;
        int flags = chance == 1 ? Wire.ACK | Wire.PSH : chance == 2 ? 0x04 : Wire.ACK;
        if (chance == 3) {
            sequence += random.nextInt(100);
        }
        byte[] bytes = Packets.random(random, payload);
        byte[] packet = tcp
                ? Packets.tcp(version, id & 0xffff, sequence, flags, options, bytes)
                : Packets.udp(version, id & 0xffff, bytes);
        id++;
        sequence += payload;
        return packet;
    }
}
