/** The WireGuard protocol as pure state machines: no sockets, threads, clocks or logging. */
module weft.wireguard {
    requires static transitive org.jspecify;

    exports weft.wireguard;
}
