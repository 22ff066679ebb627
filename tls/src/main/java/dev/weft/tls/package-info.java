/** TLS behind the transport seam of {@code weft-nio}. Nothing is here yet. */
package dev.weft.tls;
