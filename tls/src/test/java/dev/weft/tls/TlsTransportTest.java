package dev.weft.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The adapter over channels in memory that cut the stream everywhere, and stop whenever they like. */
class TlsTransportTest {
    private static final String TLS12 = "TLSv1.2";
    private static final String TLS13 = "TLSv1.3";
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OVERSIZED = {23, 3, 3, (byte) 0xFF, (byte) 0xFF};

    private static byte[] noise(int size) {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        return data;
    }

    private static TlsClient client() {
        return Tls.client().trust(List.of((java.security.cert.X509Certificate)
                Keytool.localhost().getCertificate()));
    }

    private static Side[] pair(String version) throws IOException {
        return Side.pair(client().protocols(version), Tls.server(Keytool.localhost()));
    }

    /** Both sides open, nothing on the wire. */
    private static Side[] open(String version) throws IOException {
        Side[] sides = pair(version);
        sides[0].send(HELLO);
        sides[1].send(HELLO);
        Side.run(sides);
        assertArrayEquals(HELLO, sides[0].received(), () -> String.valueOf(sides[0].failure));
        assertArrayEquals(HELLO, sides[1].received(), () -> String.valueOf(sides[1].failure));
        assertEquals(version, sides[0].transport.engine.getSession().getProtocol());
        return sides;
    }

    /** The lengths of the records in a stream, their headers of 5 bytes included. */
    private static List<Integer> records(byte[] stream) {
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < stream.length; i += lengths.get(lengths.size() - 1)) {
            lengths.add(5 + ((stream[i + 3] & 0xFF) << 8 | stream[i + 4] & 0xFF));
        }
        return lengths;
    }

    // ---------------------------------------------------------------- records, however cut

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    @Tag("6455-4.1-14")
    @Tag("6455-4.2.2-2")
    void carriesDataBothWaysInChunksOfAnySize(String version) throws IOException {
        for (int chunk : new int[] {1, 2, 3, 5, 6, 7, 100, 1460, 16_383, 16_384, 65_536}) {
            Side[] sides = pair(version);
            sides[0].channel.chunk = chunk;
            sides[1].channel.chunk = chunk;
            byte[] up = noise(chunk < 100 ? 20_000 : 300_000);
            byte[] down = noise(chunk < 100 ? 17_000 : 500_000);
            sides[0].send(up);
            sides[1].send(down);
            Side.run(sides);
            assertNull(sides[0].failure);
            assertNull(sides[1].failure);
            assertArrayEquals(up, sides[1].received(), "chunks of " + chunk);
            assertArrayEquals(down, sides[0].received(), "chunks of " + chunk);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void aStreamMayPauseAfterEveryByteOfItsRecords(String version) throws IOException {
        Side[] sides = open(version);
        Side server = sides[1];
        byte[] data = noise(60);
        int length = 0;
        for (int cut = 0; cut <= length; cut++) {
            sides[0].send(data);
            sides[0].send(data); // a second record, so that the cut falls before, in and behind the first
            length = server.channel.arrived().length;
            server.channel.readable = cut;
            Side.run(sides);
            int turns = Side.run(sides);
            assertEquals(1, turns, "waits in silence after " + cut + " bytes");
            server.channel.readable = Integer.MAX_VALUE;
            Side.run(sides);
            byte[] got = server.received();
            assertEquals(2 * data.length, got.length);
            assertEquals(ByteBuffer.wrap(data), ByteBuffer.wrap(got, data.length, data.length));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void theHandshakeMayPauseAfterAnyByteOfEitherSide(String version) throws IOException {
        Side[] whole = open(version);
        int up = whole[0].channel.log.size();
        int down = whole[1].channel.log.size();
        for (int i = 0; i < 150; i++) {
            Side[] sides = pair(version);
            sides[0].channel.readable = i * down / 150;
            sides[1].channel.readable = i * up / 150;
            sides[0].send(HELLO);
            sides[1].send(HELLO);
            Side.run(sides);
            assertEquals(1, Side.run(sides), "waits in silence");
            sides[0].channel.readable = Integer.MAX_VALUE;
            sides[1].channel.readable = Integer.MAX_VALUE;
            Side.run(sides);
            assertArrayEquals(HELLO, sides[0].received());
            assertArrayEquals(HELLO, sides[1].received());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void gatheredWritesFillRecords(String version) throws IOException {
        Side[] sides = open(version);
        sides[0].channel.log.reset();
        sides[0].send(noise(128 * 1024));
        List<Integer> records = records(sides[0].channel.log.toByteArray());
        // The JDK puts up to 17 bytes less than RFC 8446 §5.1 allows into a record of TLS 1.3.
        assertTrue(records.size() <= 9 && records.get(7) > 16_384, () -> "records of 16 KiB: " + records);
    }

    @Test
    void aFlightOfTheHandshakeLeavesInOneWrite() throws IOException {
        Side[] sides = open(TLS13);
        // Server: its flight, the tickets with the data, the data; client: hello, the rest with the data
        assertTrue(sides[1].channel.writes <= 4, () -> sides[1].channel.writes + " writes");
        assertTrue(sides[0].channel.writes <= 4, () -> sides[0].channel.writes + " writes");
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void aMessageALittleOverARecordLeavesInOneWrite(String version) throws IOException {
        Side[] sides = open(version);
        int before = sides[0].channel.writes;
        sides[0].send(noise(16 * 1024 + 4));
        assertEquals(before + 1, sides[0].channel.writes);
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void holdsBackAtMostTheRecordsOfOneWrite(String version) throws IOException {
        Side[] sides = open(version);
        Side client = sides[0];
        byte[] data = noise(200_000);
        client.channel.writable = 5_000;
        client.send(data);
        int taken = data.length - client.toSend.remaining();
        assertFalse(client.transport.isFlushed());
        assertTrue(taken > 32_000 && taken <= 2 * 16_384, () -> taken + " bytes");
        assertEquals(0, client.transport.write(client.toSend), "nothing more is taken");
        assertEquals(SelectionKey.OP_WRITE, client.transport.interestOps(false, true));
        Side.run(sides);
        assertEquals(1, Side.run(sides), "waits in silence once the peer has read");
        client.channel.writable = Integer.MAX_VALUE;
        Side.run(sides);
        assertArrayEquals(data, sides[1].received());
        assertTrue(client.transport.isFlushed());
        assertEquals(0, client.transport.interestOps(false, false));
    }

    @Test
    void aTargetWithoutRoomForARecordIsRefused() throws IOException {
        Side[] sides = open(TLS13);
        sides[0].send(noise(1000));
        assertThrows(IllegalArgumentException.class, () -> sides[1].transport.read(ByteBuffer.allocate(999)));
    }

    @Test
    void whatATargetHasNoRoomForIsReadNextWithoutTheChannel() throws IOException {
        Side[] sides = open(TLS13);
        byte[] data = noise(50_000);
        sides[0].send(data);
        ByteBuffer target = ByteBuffer.allocate(40_000);
        int first = sides[1].transport.read(target);
        assertTrue(first > 32_000, () -> first + " bytes");
        assertTrue(sides[1].transport.hasBufferedInput());
        assertEquals(0, sides[1].transport.interestOps(true, false));
        assertEquals(50_000 - first, sides[1].transport.read(target.clear()));
        assertFalse(sides[1].transport.hasBufferedInput());
        assertEquals(SelectionKey.OP_READ, sides[1].transport.interestOps(true, false));
    }

    // ---------------------------------------------------------------- waiting

    @Test
    void aSilentPeerIsWaitedForWithoutWork() throws IOException {
        Side[] sides = pair(TLS13);
        sides[0].channel.readable = 0;
        sides[1].channel.readable = 0;
        sides[0].send(HELLO);
        sides[1].send(HELLO);
        for (Side side : sides) {
            assertEquals(SelectionKey.OP_READ, side.transport.interestOps(true, true), "does not wait to write");
        }
        assertEquals(1, Side.run(sides));
    }

    @Test
    @Tag("6455-4.1-12")
    void nothingIsTakenOfWhatIsToBeSentDuringTheHandshake() throws IOException {
        Side client = pair(TLS13)[0];
        assertEquals(0, client.transport.write(ByteBuffer.wrap(HELLO)));
    }

    // ---------------------------------------------------------------- the end

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    @Tag("6455-7.1.1-1")
    void closeNotifyGoesBothWays(String version) throws IOException {
        Side[] sides = open(version);
        sides[0].transport.shutdownOutput();
        assertTrue(sides[0].channel.isOutputShut());
        Side.run(sides);
        assertTrue(sides[1].ended, "a clean end");
        sides[1].transport.close();
        Side.run(sides);
        assertTrue(sides[0].ended, () -> "a clean end: " + sides[0].failure);
        sides[0].transport.close();
    }

    @Test
    void theOtherDirectionGoesOnAfterCloseNotify() throws IOException {
        Side[] sides = open(TLS13);
        sides[0].transport.shutdownOutput();
        Side.run(sides);
        assertTrue(sides[1].ended);
        sides[1].send(noise(100_000));
        Side.run(sides);
        assertArrayEquals(noise(100_000), sides[0].received());
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void dataBeforeCloseNotifyComesBeforeTheEndAlthoughTheSocketStaysOpen(String version) throws IOException {
        Side[] sides = open(version);
        sides[0].send(HELLO);
        sides[0].transport.shutdownOutput();
        byte[] wire = sides[1].channel.intercept();
        MemoryChannel[] withoutEnd = MemoryChannel.pair();
        assertFalse(withoutEnd[0].isReadable());
        Side server = sides[1];
        server.channel.inject(wire);
        assertEquals(5, server.transport.read(ByteBuffer.allocate(65_536)));
        assertTrue(server.transport.hasBufferedInput(), "the end, which no event of the socket would tell");
        assertEquals(-1, server.transport.read(ByteBuffer.allocate(65_536)));
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void aCutOffStreamIsNoCleanEnd(String version) throws IOException {
        Side[] sides = open(version);
        sides[0].send(HELLO);
        sides[0].channel.close();
        Side.run(sides[1]);
        assertArrayEquals(HELLO, sides[1].received());
        assertInstanceOf(SSLException.class, sides[1].failure);
        assertTrue(sides[1].failure.getMessage().contains("without close_notify"), sides[1].failure.getMessage());
    }

    @Test
    void aCutOffHandshakeIsToldAsSuch() throws IOException {
        Side[] sides = pair(TLS13);
        sides[0].send(HELLO);
        sides[0].channel.close();
        Side.run(sides[1]);
        assertEquals(
                "TLS with a client failed: it closed the TCP connection during the TLS handshake",
                sides[1].failure.getMessage());
    }

    @Test
    void theLastRecordOfAFullSocketIsFollowedByTheEnd() throws IOException {
        Side[] sides = open(TLS13);
        sides[0].channel.writable = 100;
        sides[0].send(noise(1000));
        sides[0].transport.shutdownOutput();
        assertFalse(sides[0].transport.isFlushed());
        assertFalse(sides[0].channel.isOutputShut());
        sides[0].channel.writable = Integer.MAX_VALUE;
        Side.run(sides);
        assertTrue(sides[0].channel.isOutputShut());
        assertEquals(1000, sides[1].received().length);
        assertTrue(sides[1].ended);
    }

    @Test
    void writingAfterTheEndIsAnError() throws IOException {
        Side[] sides = open(TLS13);
        sides[0].transport.shutdownOutput();
        assertThrows(IOException.class, () -> sides[0].transport.write(ByteBuffer.wrap(HELLO)));
    }

    // ---------------------------------------------------------------- what has no place in TLS

    private static void assertFails(Side side, String message) {
        Side.run(side);
        assertInstanceOf(SSLException.class, side.failure);
        assertTrue(side.failure.getMessage().contains(message), side.failure.getMessage());
        assertEquals(1, Side.run(side), "and is silent");
    }

    @Test
    void plainHttpGetsAPlainAnswerAtItsFirstByte() throws IOException {
        Side server = pair(TLS13)[1];
        server.channel.inject(new byte[] {'G'});
        assertFails(server, "it does not speak TLS, its first byte is 0x47");
        String answer = server.channel.log.toString(StandardCharsets.US_ASCII);
        assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\n"), answer);
        int length = Integer.parseInt(answer.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
        assertEquals(length, answer.length() - answer.indexOf("\r\n\r\n") - 4);
    }

    @Test
    void aPlainAnswerIsToldToTheClient() throws IOException {
        Side client = pair(TLS13)[0];
        client.start();
        client.channel.inject("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertFails(client, "TLS with localhost:443 failed: it does not speak TLS, its first byte is 0x48");
    }

    @Test
    void garbageAfterTheFirstByteIsAFailure() throws IOException {
        Side server = pair(TLS13)[1];
        server.channel.inject(new byte[] {22, 3, 1, 0, 5, 99, 0, 0, 1, 99});
        assertFails(server, "TLS with a client failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void anOversizedRecordFailsByItsHeader(String version) throws IOException {
        Side[] sides = open(version);
        sides[1].channel.inject(OVERSIZED);
        assertFails(sides[1], "too big");
        Side.run(sides);
        assertInstanceOf(SSLException.class, sides[0].failure, "is told by an alert");
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void aDamagedRecordFailsWithAnAlert(String version) throws IOException {
        Side[] sides = open(version);
        sides[0].send(HELLO);
        byte[] wire = sides[1].channel.intercept();
        wire[wire.length - 1] ^= 1;
        sides[1].channel.inject(wire);
        assertFails(sides[1], "TLS with a client failed");
        Side.run(sides);
        assertTrue(sides[0].failure.getMessage().contains("bad_record_mac"), sides[0].failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void dataBeforeADamagedRecordComesBeforeTheFailure(String version) throws IOException {
        Side[] sides = open(version);
        Side server = sides[1];
        sides[0].send(HELLO);
        sides[0].send(HELLO);
        byte[] wire = server.channel.intercept();
        wire[wire.length - 1] ^= 1;
        server.channel.inject(wire);
        assertEquals(5, server.transport.read(ByteBuffer.allocate(65_536)));
        assertTrue(server.transport.hasBufferedInput(), "the failure, which no event of the socket would tell");
        assertFails(server, "TLS with a client failed");
        Side.run(sides);
        assertTrue(sides[0].failure.getMessage().contains("bad_record_mac"), sides[0].failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS12, TLS13})
    void aWriteBetweenDataAndAFatalAlertTellsTheAlert(String version) throws IOException {
        Side[] sides = open(version);
        Side server = sides[1];
        sides[0].send(HELLO);
        sides[0].channel.inject(OVERSIZED);
        Side.run(sides[0]);
        assertEquals(5, server.transport.read(ByteBuffer.allocate(65_536)));
        IOException e = assertThrows(SSLException.class, () -> server.transport.write(ByteBuffer.wrap(HELLO)));
        assertTrue(e.getMessage().contains("Received fatal alert: "), e.getMessage());
        assertFalse(server.transport.hasBufferedInput(), "told once");
    }

    @Test
    void dataComesBeforeTheFailureOfAnAnswerToWhatFollowsIt() throws IOException {
        Side[] sides = open(TLS13);
        Side server = sides[1];
        sides[0].send(HELLO);
        sides[0].rekey();
        server.channel.shutdownOutput();
        assertEquals(5, server.transport.read(ByteBuffer.allocate(65_536)));
        assertThrows(ClosedChannelException.class, () -> server.transport.read(ByteBuffer.allocate(65_536)));
    }

    @Test
    void aFailureInATaskIsToldToThePeer() throws IOException {
        Side[] sides = Side.pair(
                client().protocols(TLS12), Tls.server(Keytool.localhost()).protocols(TLS13));
        sides[0].send(HELLO);
        Side.run(sides);
        assertInstanceOf(SSLException.class, sides[1].failure);
        assertTrue(sides[0].failure.getMessage().contains("protocol_version"), sides[0].failure.getMessage());
    }

    @Test
    void renegotiationIsRefused() throws Exception {
        MemoryChannel[] channels = MemoryChannel.pair();
        Side server = new Side(channels[1], Tls.server(Keytool.localhost()), false);
        SSLEngine engine = Tls.context(null, List.of((java.security.cert.X509Certificate)
                        Keytool.localhost().getCertificate()))
                .createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {TLS12});
        Side client = new Side(channels[0], (channel, host, port) -> new TlsTransport(channel, engine, "peer"), true);
        client.send(HELLO);
        Side.run(client, server);
        assertArrayEquals(HELLO, server.received());
        engine.beginHandshake();
        ByteBuffer clientHello = ByteBuffer.allocate(40_000);
        engine.wrap(ByteBuffer.allocate(0), clientHello);
        server.channel.inject(java.util.Arrays.copyOf(clientHello.array(), clientHello.position()));
        assertFails(server, "renegotiation");
    }

    // ---------------------------------------------------------------- TLS 1.3 after the handshake

    @Test
    void keyUpdatesWork() throws Exception {
        Side[] sides = open(TLS13);
        for (int i = 0; i < 10; i++) {
            sides[i % 2].rekey();
            sides[0].send(noise(1000));
            sides[1].send(noise(2000));
            Side.run(sides);
            assertArrayEquals(noise(1000), sides[1].received());
            assertArrayEquals(noise(2000), sides[0].received());
        }
    }

    @Test
    void aPeerThatAsksForKeyUpdatesAndDoesNotReadIsNotListenedToFurther() throws Exception {
        Side[] sides = open(TLS13);
        Side server = sides[1];
        server.channel.writable = 0;
        for (int i = 0; i < 100; i++) {
            sides[0].rekey();
        }
        sides[0].send(noise(1000));
        Side.run(server);
        assertEquals(1, Side.run(server), "waits in silence");
        assertEquals(SelectionKey.OP_WRITE, server.transport.interestOps(true, false));
        server.channel.writable = Integer.MAX_VALUE;
        Side.run(sides);
        assertArrayEquals(noise(1000), server.received());
    }
}
