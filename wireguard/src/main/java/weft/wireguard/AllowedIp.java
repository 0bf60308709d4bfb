package weft.wireguard;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A prefix of inner addresses, its host bits zero.
 *
 * @param length in bits: 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record AllowedIp(InetAddress address, int length) {
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,3}");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    public AllowedIp {
        byte[] bytes = address.getAddress();
        if (length < 0 || length > 8 * bytes.length) {
            throw new IllegalArgumentException("prefix length of 0 to " + 8 * bytes.length + ", not " + length);
        }
        address = of(masked(bytes, length));
    }

    /**
     * An address, or an address and a length as in {@code 10.0.0.0/8}.
     *
     * @throws IllegalArgumentException if it is neither; names are not looked up
     */
    public static AllowedIp parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = address(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return new AllowedIp(address, 8 * address.getAddress().length);
        }
        String length = text.substring(slash + 1);
        if (!LENGTH.matcher(length).matches()) {
            throw new IllegalArgumentException("not a prefix length: " + length);
        }
        return new AllowedIp(address, Integer.parseInt(length));
    }

    /** The JDK would also take 10 for 0.0.0.10, and the names of interfaces behind a per cent sign. */
    private static InetAddress address(String literal) {
        if (!IPV4.matcher(literal).matches() && (literal.indexOf(':') < 0 || literal.indexOf('%') >= 0)) {
            throw new IllegalArgumentException("not an IP address: " + literal);
        }
        return InetAddress.ofLiteral(literal);
    }

    private static byte[] masked(byte[] bytes, int length) {
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(length - 8L * i, 0, 8);
            bytes[i] &= (byte) (0xff00 >> kept);
        }
        return bytes;
    }

    static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(Arrays.toString(bytes), impossible);
        }
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }
}
