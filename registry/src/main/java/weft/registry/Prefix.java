package weft.registry;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.Arrays;

/** An IPv4 or IPv6 prefix such as {@code 100.96.0.0/12}; no bit beyond the length is set. */
public record Prefix(InetAddress address, int length) {
    public Prefix {
        int bits = address.getAddress().length * 8;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("a prefix length is between 0 and " + bits + ", not " + length);
        }
        if (number(address).getLowestSetBit() < bits - length && number(address).signum() != 0) {
            throw new IllegalArgumentException(
                    address.getHostAddress() + "/" + length + " has bits set beyond its length");
        }
    }

    /** @throws IllegalArgumentException saying what is wrong */
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a prefix looks like 100.96.0.0/12 or fd12:3456:789a::/48, not " + text);
        }
        try {
            return new Prefix(
                    InetAddress.ofLiteral(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text.substring(slash + 1) + "\" is not a prefix length", e);
        }
    }

    /** A unique local /48 with 40 random bits (RFC 4193, section 3.2). */
    static Prefix uniqueLocal(SecureRandom random) {
        byte[] bytes = new byte[16];
        byte[] global = new byte[5];
        random.nextBytes(global);
        bytes[0] = (byte) 0xfd;
        System.arraycopy(global, 0, bytes, 1, global.length);
        return new Prefix(address(bytes), 48);
    }

    boolean isV4() {
        return address instanceof Inet4Address;
    }

    /** The first address as a number: IPv4 only. */
    long first4() {
        return number(address).longValueExact();
    }

    /** How many addresses: IPv4 only. */
    long size4() {
        return 1L << (32 - length);
    }

    /** The IPv6 address whose low 32 bits are those of an IPv4 address. */
    Inet6Address with(long low32) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < 4; i++) {
            bytes[15 - i] = (byte) (low32 >>> (8 * i));
        }
        return (Inet6Address) address(bytes);
    }

    static Inet4Address address4(long number) {
        return (Inet4Address) address(
                new byte[] {(byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number});
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(Arrays.copyOf(bytes, bytes.length));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }
}
