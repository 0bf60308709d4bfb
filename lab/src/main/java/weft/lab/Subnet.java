package weft.lab;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv4 or IPv6 prefix.
 *
 * @param base the first address, all bits behind the prefix zero
 * @param length the prefix's length in bits
 */
public record Subnet(InetAddress base, int length) {
    public Subnet {
        int bits = base.getAddress().length * 8;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("a prefix of " + length + " bits on " + base.getHostAddress());
        }
        int lowest = new BigInteger(1, base.getAddress()).getLowestSetBit();
        if (lowest >= 0 && lowest < bits - length) {
            throw new IllegalArgumentException(base.getHostAddress() + " has bits behind the prefix of " + length);
        }
    }

    /** Reads {@code 192.0.2.0/24} or {@code 2001:db8::/32}; no names, no shorthand. */
    public static Subnet of(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("no /length in " + text);
        }
        return new Subnet(InetAddress.ofLiteral(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** The subnet that is this one address. */
    public static Subnet only(InetAddress address) {
        return new Subnet(address, address.getAddress().length * 8);
    }

    public boolean isV4() {
        return base.getAddress().length == 4;
    }

    /** The address that many places after the first. */
    public InetAddress address(int offset) {
        BigInteger sum = new BigInteger(1, base.getAddress()).add(BigInteger.valueOf(offset));
        int size = base.getAddress().length;
        byte[] bytes = sum.toByteArray();
        byte[] address = new byte[size];
        int kept = Math.min(bytes.length, size);
        System.arraycopy(bytes, bytes.length - kept, address, size - kept, kept);
        return address(address);
    }

    public boolean contains(InetAddress address) {
        if (address.getAddress().length != base.getAddress().length) {
            return false;
        }
        int behind = base.getAddress().length * 8 - length;
        BigInteger mine = new BigInteger(1, base.getAddress()).shiftRight(behind);
        return mine.equals(new BigInteger(1, address.getAddress()).shiftRight(behind));
    }

    @Override
    public String toString() {
        return base.getHostAddress() + "/" + length;
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
