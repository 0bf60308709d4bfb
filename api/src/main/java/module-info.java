/** The records of the registry's HTTP API and a client for it. */
module weft.api {
    requires static transitive org.jspecify;
    requires transitive tools.jackson.databind;
    requires com.fasterxml.jackson.annotation;
    requires transitive java.net.http;

    exports weft.api;
}
