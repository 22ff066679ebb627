/**
 * The WebSocket Protocol (RFC 6455) without I/O: no threads, clocks, sockets or logging. Pure functions
 * ({@link dev.weft.core.FrameHeader}, {@link dev.weft.core.Masking}, {@link dev.weft.core.Utf8Validator},
 * {@link dev.weft.core.AcceptKey}, {@link dev.weft.core.ClosePayload}, {@link dev.weft.core.HttpHeadParser}) and the
 * two things composed of them: the opening handshake (§4: {@link dev.weft.core.ServerHandshake},
 * {@link dev.weft.core.ClientHandshake}) and the {@link dev.weft.core.Connection} (§5 to §8). Start reading at
 * {@link dev.weft.core.Connection}.
 */
package dev.weft.core;
