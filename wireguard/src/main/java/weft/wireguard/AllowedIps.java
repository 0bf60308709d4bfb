package weft.wireguard;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cryptokey routing (whitepaper, section 2): which peer an inner address belongs to, by the longest prefix.
 *
 * <p>Two {@link PrefixTrie}s, of IPv4 and IPv6, whose nodes never change: a change copies the path from the root and
 * publishes the new root. So the one writer, the control agent, disturbs no reader, and readers neither lock nor
 * allocate.
 */
public final class AllowedIps<T> {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int MIN_V4 = 20;
    private static final int MIN_V6 = 40;

    private volatile @Nullable PrefixTrie<T> v4;
    private volatile @Nullable PrefixTrie<T> v6;

    /** Gives the prefix to this owner; another who had it loses it. */
    public void put(AllowedIp prefix, T owner) {
        byte[] bytes = prefix.address().getAddress();
        if (bytes.length == 4) {
            v4 = PrefixTrie.put(v4, high(bytes), 0, prefix.length(), owner);
        } else {
            v6 = PrefixTrie.put(v6, high(bytes), low(bytes), prefix.length(), owner);
        }
    }

    /** Takes the prefix away from this owner, if it is the owner's. */
    public void remove(AllowedIp prefix, T owner) {
        byte[] bytes = prefix.address().getAddress();
        if (bytes.length == 4) {
            v4 = PrefixTrie.remove(v4, high(bytes), 0, prefix.length(), owner);
        } else {
            v6 = PrefixTrie.remove(v6, high(bytes), low(bytes), prefix.length(), owner);
        }
    }

    public List<AllowedIp> of(T owner) {
        List<AllowedIp> prefixes = new ArrayList<>();
        PrefixTrie.visit(v4, owner, (high, low, length) -> prefixes.add(prefix(4, high, low, length)));
        PrefixTrie.visit(v6, owner, (high, low, length) -> prefixes.add(prefix(16, high, low, length)));
        return prefixes;
    }

    public void removeAll(T owner) {
        of(owner).forEach(prefix -> remove(prefix, owner));
    }

    /** Whose address stands in the destination of the IP packet; null if nobody's or if it is no IP packet. */
    public @Nullable T destination(MemorySegment packet, long at, int length) {
        return switch (version(packet, at, length)) {
            case 4 -> find4(packet, at + 16);
            case 6 -> find6(packet, at + 24);
            default -> null;
        };
    }

    /** Whose address stands in the source of the IP packet; null if nobody's or if it is no IP packet. */
    public @Nullable T source(MemorySegment packet, long at, int length) {
        return switch (version(packet, at, length)) {
            case 4 -> find4(packet, at + 12);
            case 6 -> find6(packet, at + 8);
            default -> null;
        };
    }

    private static int version(MemorySegment packet, long at, int length) {
        if (length < MIN_V4) {
            return 0;
        }
        int version = (packet.get(ValueLayout.JAVA_BYTE, at) & 0xf0) >> 4;
        return version == 6 && length < MIN_V6 ? 0 : version;
    }

    private @Nullable T find4(MemorySegment packet, long at) {
        return PrefixTrie.find(v4, (long) packet.get(INT, at) << 32, 0);
    }

    private @Nullable T find6(MemorySegment packet, long at) {
        return PrefixTrie.find(v6, packet.get(LONG, at), packet.get(LONG, at + 8));
    }

    private static long high(byte[] address) {
        return address.length == 4
                ? (long) ByteBuffer.wrap(address).getInt() << 32
                : ByteBuffer.wrap(address).getLong();
    }

    private static long low(byte[] address) {
        return ByteBuffer.wrap(address).getLong(8);
    }

    private static AllowedIp prefix(int bytes, long high, long low, int length) {
        byte[] address = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        return new AllowedIp(AllowedIp.of(Arrays.copyOf(address, bytes)), length);
    }
}
