package weft.wireguard;

/**
 * Where a peer's datagrams come from. The protocol compares endpoints by {@code equals} and binds cookies to their
 * bytes; what else they are is the caller's.
 */
public interface Endpoint {
    /** Address then port in network byte order: 6 bytes for IPv4, 18 for IPv6. Not to be changed. */
    byte[] bytes();
}
