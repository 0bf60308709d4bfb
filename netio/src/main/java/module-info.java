/** All that touches the kernel and native libraries, by java.lang.foreign. */
module weft.netio {
    requires static transitive org.jspecify;

    exports weft.netio;
}
