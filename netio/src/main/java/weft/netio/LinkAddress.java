package weft.netio;

import java.net.InetAddress;

/**
 * An address of an interface, with the length of the block that is on its link.
 *
 * @param prefix bits: 0 to 32 or 0 to 128
 */
public record LinkAddress(InetAddress address, int prefix) {
    public LinkAddress {
        if (prefix < 0 || prefix > Family.of(address).addressSize() * 8) {
            throw new IllegalArgumentException("prefix length " + prefix + " for " + address.getHostAddress());
        }
    }

    /** @throws IllegalArgumentException if the text is neither an address nor address/length */
    public static LinkAddress parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        return new LinkAddress(address, Prefix.parse(text).length());
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefix;
    }
}
