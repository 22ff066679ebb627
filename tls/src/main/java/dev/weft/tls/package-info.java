/**
 * TLS 1.2 and 1.3 (RFC 5246, RFC 8446) behind the transport seam of {@code weft-nio}, for {@code wss:} (RFC 6455 §3, §10.6).
 * Start reading at {@link dev.weft.tls.Tls}; the work is done in {@code TlsTransport}.
 */
package dev.weft.tls;
