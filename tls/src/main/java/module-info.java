/** {@code wss:} with nothing but SSLEngine. Needs {@code java.base} only. */
module dev.weft.tls {
    requires transitive dev.weft.nio;

    exports dev.weft.tls;
}
