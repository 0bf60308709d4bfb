package weft.netio;

/**
 * Numbers of the Linux socket API that the UDP and ICMP sockets use (asm-generic/socket.h, linux/in.h, linux/in6.h, linux/udp.h,
 * linux/icmp.h, linux/icmpv6.h).
 */
final class SocketOptions {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCKADDR_IN = 16;
    static final int SOCKADDR_IN6 = 28;

    static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;

    static final int SOCK_RAW_NONBLOCK_CLOEXEC = 3 | 0x800 | 0x80000;

    static final int SOL_SOCKET = 1;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_REUSEPORT = 15;
    static final int SO_SNDBUFFORCE = 32;
    static final int SO_RCVBUFFORCE = 33;
    static final int SO_MARK = 36;
    static final int SO_ATTACH_REUSEPORT_CBPF = 51;

    static final int IPPROTO_IP = 0;
    static final int IP_PKTINFO = 8;
    static final int IP_MTU = 14;
    static final int IP_FREEBIND = 15;

    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_MTU = 24;
    static final int IPV6_V6ONLY = 26;
    static final int IPV6_RECVPKTINFO = 49;
    static final int IPV6_PKTINFO = 50;
    static final int IPV6_RECVHOPLIMIT = 51;
    static final int IPV6_HOPLIMIT = 52;

    static final int IPPROTO_ICMP = 1;
    static final int IPPROTO_ICMPV6 = 58;
    static final int IPPROTO_RAW = 255;
    static final int SOL_RAW = 255;

    /** Of SOL_RAW; ICMPV6_FILTER of IPPROTO_ICMPV6 has the same number. */
    static final int ICMP_FILTER = 1;

    static final int ICMP_DEST_UNREACH = 3;
    static final int ICMPV6_PACKET_TOO_BIG = 2;

    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;

    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_TRUNC = 0x20;

    private SocketOptions() {}
}
