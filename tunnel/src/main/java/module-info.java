/** The engine that runs WireGuard over UDP sockets and TUN devices. */
module weft.tunnel {
    requires static transitive org.jspecify;
    requires transitive weft.wireguard;
    requires transitive weft.netio;
    requires org.slf4j;

    exports weft.tunnel;
}
