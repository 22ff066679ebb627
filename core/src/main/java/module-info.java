/** RFC 6455 without I/O: bytes in, events and bytes out. Needs {@code java.base} only. */
module dev.weft.core {
    exports dev.weft.core;
}
