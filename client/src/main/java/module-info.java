/** The device: its registration, its connection, the daemon that keeps it, and that daemon's client. */
module weft.client {
    requires static transitive org.jspecify;
    requires transitive weft.api;
    requires weft.tunnel;
    requires weft.wireguard;
    requires weft.netio;
    requires com.fasterxml.jackson.annotation;
    requires org.slf4j;

    exports weft.client;

    opens weft.client to
            tools.jackson.databind;
}
