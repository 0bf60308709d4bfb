package weft.wireguard;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A prefix of inner addresses, its host bits zero.
 *
 * @param length in bits: 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record AllowedIp(InetAddress address, int length) {
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
        InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return new AllowedIp(address, 8 * address.getAddress().length);
        }
        try {
            return new AllowedIp(address, Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException("not a prefix length: " + text.substring(slash + 1), malformed);
        }
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
