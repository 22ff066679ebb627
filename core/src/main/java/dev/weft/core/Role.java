package dev.weft.core;

/** The side of a connection that an endpoint plays; all that differs between the two follows from this value. */
public enum Role {
    /** Opens the connection, and masks every frame that it sends (RFC 6455 §5.1). */
    CLIENT,
    /** Accepts the connection, and must not mask (RFC 6455 §5.1). */
    SERVER
}
