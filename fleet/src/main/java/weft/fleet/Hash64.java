package weft.fleet;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The 64-bit hashes behind tables. Part of what all edges of a city must agree on: changing one changes every table. */
final class Hash64 {
    /** 2^64 over the golden ratio. */
    static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Hash64() {}

    /** A bijection in which each bit of the input moves half of the output: Stafford's variant 13 of MurmurHash3's end. */
    static long mix(long word) {
        long z = (word ^ (word >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Of the UTF-8 bytes of a name and their number. */
    static long of(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        long hash = mix(GOLDEN + bytes.length);
        for (int at = 0; at < bytes.length; at += 8) {
            hash = mix(hash ^ word(bytes, at)) + GOLDEN;
        }
        return mix(hash);
    }

    /** Of a sorted list of members, under a seed. */
    static long of(long seed, List<Member> members) {
        long hash = mix(seed + members.size());
        for (Member member : members) {
            hash = mix(hash ^ of(member.name())) + GOLDEN;
            hash = mix(hash ^ member.weight()) + GOLDEN;
        }
        return mix(hash);
    }

    /** Up to eight bytes, the first one lowest. */
    private static long word(byte[] bytes, int at) {
        long word = 0;
        for (int i = Math.min(at + 8, bytes.length) - 1; i >= at; i--) {
            word = (word << 8) | (bytes[i] & 0xff);
        }
        return word;
    }
}
