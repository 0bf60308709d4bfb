package weft.fleet;

import java.lang.foreign.MemorySegment;

/** Where the fields of a {@link Forward} stand, in bytes from the start of the GUE header. */
final class Gue {
    /** GUE, variant 0: two bits of variant, C, five of hlen. */
    static final int VARIANT_SHIFT = 6;

    static final int CONTROL = 0x20;
    static final int HLEN = 0x1f;
    static final int PROTOCOL = 1;
    static final int GUE_FLAGS = 2;
    static final int GUE = 4;
    static final int IPV4 = 4;
    static final int IPV6 = 41;

    /** The private data. */
    static final int FORMAT = 4;

    static final int FORMAT_1 = 1;
    static final int FLAGS = 5;
    static final int TAKE_IT = 1;
    static final int CLIENT_ID_PRESENT = 2;
    static final int HOP_COUNT = 6;
    static final int POSITION = 7;
    static final int TABLE_EPOCH = 8;

    /** 24 bits, then 8 of hop limit. */
    static final int CLIENT_ID = 12;

    static final int HOPS = 16;
    static final int HOP = 4;
    static final int TAG = 8;

    /** How much of the datagram the tag covers. */
    static final int TAGGED = 16;

    private Gue() {}

    /** GUE with the private data for so many hops. */
    static int headerLength(int hops) {
        return tagAt(hops) + TAG;
    }

    static int tagAt(int hops) {
        return HOPS + hops * HOP;
    }

    /** The tag's key goes on from its mark for datagrams that have the same in front of them. */
    static long tag(SipHash key, MemorySegment bytes, long gue, int tagAt, int headers) {
        long rest = gue + tagAt + TAG;
        return key.start()
                .add(bytes, gue, tagAt)
                .add(bytes, rest, headers)
                .mark()
                .add(bytes, rest + headers, TAGGED)
                .finish();
    }
}
