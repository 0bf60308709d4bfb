package weft.netio;

import java.net.InetAddress;

/**
 * An address block in CIDR form. The bits behind its length are always zero.
 *
 * @param length bits: 0 to 32 or 0 to 128
 */
public record Prefix(InetAddress address, int length) {
    public static final Prefix ALL_IPV4 = parse("0.0.0.0/0");
    public static final Prefix ALL_IPV6 = parse("::/0");

    /** @throws IllegalArgumentException if the length does not suit the family */
    public Prefix {
        byte[] bytes = address.getAddress();
        if (length < 0 || length > bytes.length * 8) {
            throw new IllegalArgumentException(
                    "the length of a prefix of " + address.getHostAddress() + " is 0 to " + bytes.length * 8);
        }
        for (int bit = length; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >>> bit % 8);
        }
        address = Family.address(bytes);
    }

    /** The block of one address. */
    public static Prefix of(InetAddress address) {
        return new Prefix(address, Family.of(address).addressSize() * 8);
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code fd00::/8} or an address alone. Never asks a name server.
     *
     * @throws IllegalArgumentException that says what is wrong with the text
     */
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return of(address);
        }
        String length = text.substring(slash + 1);
        if (!length.matches("\\d{1,3}")) {
            throw new IllegalArgumentException("not a prefix length: " + length);
        }
        return new Prefix(address, Integer.parseInt(length));
    }

    public Family family() {
        return Family.of(address);
    }

    public boolean contains(InetAddress other) {
        return Family.of(other) == family() && new Prefix(other, length).address.equals(address);
    }

    /** Whether all of the other block lies in this one. */
    public boolean contains(Prefix other) {
        return other.length >= length && contains(other.address);
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }
}
