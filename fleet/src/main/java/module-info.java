/** What a fleet decides: who owns a client. Pure functions and state machines: no sockets, threads, clocks or logging. */
module weft.fleet {
    requires static transitive org.jspecify;

    exports weft.fleet;
}
