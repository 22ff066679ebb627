package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.core.NaiveFrames.Frame;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate (RFC 7692): the negotiation, and the frames of the RFC's examples. */
class DeflateTest {
    private static final DeflateParameters TAKEOVER = new DeflateParameters(false, false, 15, 15);
    private static final DeflateParameters NO_TAKEOVER = new DeflateParameters(true, true, 15, 15);
    private static final String HELLO = "f2 48 cd c9 c9 07 00";

    private final Workspace workspace = new Workspace();
    private final Recorder recorder = new Recorder();

    private Connection client(DeflateParameters agreed) {
        return new Connection(Role.CLIENT, 100_000, workspace, Deflate.DEFAULT.threshold(0), agreed, recorder);
    }

    private List<String> received(DeflateParameters agreed, String... frames) {
        Connection client = client(agreed);
        for (String frame : frames) {
            client.receive(Hex.buffer(frame));
        }
        return recorder.events;
    }

    private static String accepted(Deflate config, String offers) {
        DeflateParameters agreed = config.accept(HeaderGrammar.extensions(offers));
        return agreed == null ? "declined" : agreed.toString();
    }

    // ---------------------------------------------------------------- negotiation (§7.1)

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate | permessage-deflate",
                "permessage-deflate; client_max_window_bits | permessage-deflate; client_max_window_bits=15",
                "permessage-deflate; server_max_window_bits=15 | permessage-deflate; server_max_window_bits=15",
                "permessage-deflate; client_max_window_bits=10 | permessage-deflate; client_max_window_bits=10",
                "permessage-deflate; client_max_window_bits=\"10\" | permessage-deflate; client_max_window_bits=10",
                "permessage-deflate; server_max_window_bits=8 | permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_no_context_takeover | permessage-deflate; server_no_context_takeover",
                "permessage-deflate; client_no_context_takeover | permessage-deflate; client_no_context_takeover",
                "permessage-deflate; server_max_window_bits=7, permessage-deflate | permessage-deflate",
                "x-other, permessage-deflate; server_max_window_bits=9 | permessage-deflate; server_max_window_bits=9",
                "permessage-deflate; server_max_window_bits=7 | declined",
                "permessage-deflate; server_max_window_bits=16 | declined",
                "permessage-deflate; server_max_window_bits=99999 | declined",
                "permessage-deflate; server_max_window_bits=08 | declined",
                "permessage-deflate; server_max_window_bits | declined",
                "permessage-deflate; client_max_window_bits=x | declined",
                "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10 | declined",
                "permessage-deflate; server_no_context_takeover=1 | declined",
                "permessage-deflate; unknown | declined",
                "x-webkit-deflate-frame | declined",
            })
    @Tag("6455-4.2.2-8")
    @Tag("6455-4.2.2-9")
    @Tag("6455-9-1")
    @Tag("6455-9-2")
    @Tag("7692-5-2")
    @Tag("7692-6-1")
    @Tag("7692-7-1")
    @Tag("7692-7-2")
    @Tag("7692-7-3")
    @Tag("7692-7.1.1.1-1")
    @Tag("7692-7.1.1.1-2")
    @Tag("7692-7.1.1.2-1")
    @Tag("7692-7.1.2.1-1")
    @Tag("7692-7.1.2.2-1")
    @Tag("7692-7.1.2.2-2")
    @Tag("7692-7.1.2.2-3")
    void serverKeepsTheFirstOfferThatIsValid(String offers, String response) {
        assertEquals(response, accepted(Deflate.DEFAULT.contextTakeover(true), offers));
    }

    @Test
    @Tag("6455-11.3.2-2")
    @Tag("7692-5-2")
    void theResponseNamesTheExtensionOnce() {
        ServerHandshake handshake =
                ServerHandshake.of(handshake(Deflate.DEFAULT.windowBits(9)).request());
        assertEquals(2, handshake.extensions().size());
        HttpResponse response = handshake.accept(null, Deflate.DEFAULT.accept(handshake.extensions()), Headers.EMPTY);
        assertEquals(
                List.of("permessage-deflate; server_no_context_takeover; client_no_context_takeover;"
                        + " server_max_window_bits=9; client_max_window_bits=9"),
                response.headers().all("Sec-WebSocket-Extensions"));
    }

    @Test
    @Tag("7692-7.1.1.1-3")
    @Tag("7692-7.1.1.2-2")
    void serverWithoutContextTakeoverRulesItOut() {
        assertEquals(
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                accepted(Deflate.DEFAULT, "permessage-deflate"));
    }

    @Test
    @Tag("7692-7.1.2.1-2")
    @Tag("7692-7.1.2.2-2")
    @Tag("7692-7.1.2.2-3")
    void serverAsksForASmallerWindowOnlyOfAClientThatOffersIt() {
        Deflate small = Deflate.DEFAULT.contextTakeover(true).windowBits(9);
        assertEquals("permessage-deflate; server_max_window_bits=9", accepted(small, "permessage-deflate"));
        assertEquals(
                "permessage-deflate; server_max_window_bits=9; client_max_window_bits=9",
                accepted(small, "permessage-deflate; client_max_window_bits"));
    }

    private static ClientHandshake handshake(Deflate offered) {
        return new ClientHandshake(WebSocketUri.of(URI.create("ws://h/")), List.of(), offered, Headers.EMPTY);
    }

    private static DeflateParameters verified(Deflate offered, String extensions) throws HandshakeException {
        ClientHandshake handshake = handshake(offered);
        HttpResponse response = ServerHandshake.of(handshake.request()).accept(null, Headers.EMPTY);
        return handshake
                .verify(response.with("Sec-WebSocket-Extensions", extensions))
                .deflate();
    }

    @Test
    @Tag("6455-5.8-1")
    @Tag("6455-9.1-4")
    @Tag("6455-9.1-5")
    @Tag("6455-9-3")
    @Tag("7692-5-1")
    @Tag("7692-7.1.1.1-1")
    @Tag("7692-7.1.1.2-1")
    @Tag("7692-7.1.2.1-1")
    @Tag("7692-7.1.2.2-1")
    void clientOffersWhatItIsSetTo() {
        String header = "Sec-WebSocket-Extensions";
        assertNull(handshake(null).request().header(header));
        assertEquals(
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits",
                handshake(Deflate.DEFAULT).request().header(header));
        assertEquals(
                "permessage-deflate; client_max_window_bits=9; server_max_window_bits=9,"
                        + " permessage-deflate; client_max_window_bits",
                handshake(Deflate.DEFAULT.contextTakeover(true).windowBits(9))
                        .request()
                        .header(header));
    }

    @Test
    @Tag("7692-7.1.1.2-2")
    @Tag("7692-7.1.1.2-3")
    @Tag("7692-7.1.2.1-2")
    @Tag("7692-7.1.2.2-2")
    void clientTakesTheServersParameters() throws HandshakeException {
        Deflate offered = Deflate.DEFAULT.contextTakeover(true);
        assertEquals(new DeflateParameters(false, false, 0, 0), verified(offered, "permessage-deflate"));
        assertEquals(
                new DeflateParameters(true, true, 9, 10),
                verified(
                        offered,
                        "permessage-deflate; server_no_context_takeover; client_no_context_takeover;"
                                + " server_max_window_bits=9; client_max_window_bits=10"));
    }

    @Test
    void clientKeepsItsOwnSmallWindowWhateverTheServerUses() throws HandshakeException {
        assertEquals(
                new DeflateParameters(false, false, 0, 9),
                verified(
                        Deflate.DEFAULT.contextTakeover(true).windowBits(9),
                        "permessage-deflate; client_max_window_bits=15"));
    }

    @Test
    @Tag("7692-7.1.1.2-1")
    void clientUsesNoContextWhereItOfferedThatWhateverTheServerAsks() throws HandshakeException {
        assertEquals(
                new DeflateParameters(true, true, 0, 0),
                verified(Deflate.DEFAULT, "permessage-deflate; server_no_context_takeover"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-other",
                "permessage-deflate, permessage-deflate",
                "permessage-deflate, x-other",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate; server_max_window_bits=7",
                "permessage-deflate; unknown",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                "permessage-deflate;"
            })
    @Tag("6455-9.1-5")
    @Tag("7692-5-3")
    @Tag("7692-6-2")
    @Tag("7692-7-5")
    @Tag("7692-7-6")
    @Tag("7692-7-7")
    void clientFailsTheHandshakeOnAResponseThatDoesNotAnswer(String extensions) {
        Deflate offered = Deflate.DEFAULT.contextTakeover(true);
        assertThrows(HandshakeException.class, () -> verified(offered, extensions));
    }

    @Test
    @Tag("7692-5-3")
    @Tag("7692-7-8")
    @Tag("7692-7.1.1.1-1")
    void clientFailsTheHandshakeWhereTheServerKeepsTheContextThatItWasToDrop() {
        assertThrows(HandshakeException.class, () -> verified(Deflate.DEFAULT, "permessage-deflate"));
        assertThrows(
                HandshakeException.class,
                () -> verified(Deflate.DEFAULT, "permessage-deflate; client_no_context_takeover"));
    }

    // ---------------------------------------------------------------- the examples of §7.2.3

    @Test
    @Tag("7692-7.2.1-2")
    void oneBlockIsRead() {
        assertEquals(List.of("text Hello"), received(TAKEOVER, "c1 07" + HELLO));
    }

    @Test
    @Tag("7692-6.2-1")
    void fragmentsAreRead() {
        assertEquals(List.of("text Hello"), received(TAKEOVER, "41 03 f2 48 cd", "80 04 c9 c9 07 00"));
    }

    @Test
    void controlFramesBetweenCompressedFragmentsAreTaken() {
        assertEquals(
                List.of("ping 6162", "text Hello"),
                received(TAKEOVER, "41 03 f2 48 cd", "89 02 61 62", "80 04 c9 c9 07 00"));
    }

    @Test
    @Tag("7692-7.2.1-8")
    @Tag("7692-7.2.2-1")
    void theWindowGoesOnWithContextTakeover() {
        assertEquals(List.of("text Hello", "text Hello"), received(TAKEOVER, "c1 07" + HELLO, "c1 05 f2 00 11 00 00"));
    }

    @Test
    void theWindowGoesOnAfterNativeMemoryWasGivenBack() {
        Connection client = client(TAKEOVER);
        client.receive(Hex.buffer("c1 07" + HELLO));
        client.releaseIdle();
        client.receive(Hex.buffer("c1 05 f2 00 11 00 00"));
        assertEquals(List.of("text Hello", "text Hello"), recorder.events);
    }

    @Test
    void theWindowDoesNotGoOnWithoutContextTakeover() {
        assertEquals(
                List.of("text Hello", "fail 1007"), received(NO_TAKEOVER, "c1 07" + HELLO, "c1 05 f2 00 11 00 00"));
    }

    @Test
    @Tag("7692-7.2.1-2")
    void aBlockWithoutCompressionIsRead() {
        assertEquals(List.of("text Hello"), received(TAKEOVER, "c1 0b 00 05 00 fa ff 48 65 6c 6c 6f 00"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("7692-7.2.1-3")
    @Tag("7692-7.2.1-4")
    void aFinalBlockIsReadAndWhatFollowsIt(boolean takeover) {
        assertEquals(
                List.of("text Hello", "text Hello", "text Hello"),
                received(
                        takeover ? TAKEOVER : NO_TAKEOVER,
                        "c1 08 f3 48 cd c9 c9 07 00 00",
                        "c1 07 f3 48 cd c9 c9 07 00",
                        "c1 07" + HELLO));
    }

    @Test
    @Tag("7692-7.2.2-1")
    void theWindowGoesOnAfterAFinalBlock() {
        assertEquals(
                List.of("text Hello", "text Hello"),
                received(TAKEOVER, "c1 08 f3 48 cd c9 c9 07 00 00", "c1 05 f2 00 11 00 00"));
    }

    @Test
    @Tag("7692-7.2.1-1")
    void twoBlocksInOneMessageAreRead() {
        assertEquals(List.of("text Hello"), received(TAKEOVER, "c1 0d f2 48 05 00 00 00 ff ff ca c9 c9 07 00"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("7692-7.2.1-3")
    @Tag("7692-7.2.1-4")
    void blocksAfterAFinalBlockAreRead(boolean takeover) {
        assertEquals(
                List.of("text HelloHello"),
                received(takeover ? TAKEOVER : NO_TAKEOVER, "c1 0e f3 48 cd c9 c9 07 00" + HELLO));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("7692-7.2.2-1")
    @Tag("7692-7.2.2-2")
    @Tag("7692-7.2.2-3")
    @Tag("7692-7.2.2-4")
    void theWholeWindowIsThereForTheNextMessage(Role receiver) {
        byte[] first = new byte[32_000];
        new Random(7).nextBytes(first);
        byte[] second = Arrays.copyOf(first, 200);
        Deflater deflater = new Deflater(9, true);
        NaiveInflate oracle = new NaiveInflate();
        DeflateParameters agreed = new DeflateParameters(false, false, 0, 0);
        Connection connection = new Connection(receiver, 100_000, workspace, Deflate.DEFAULT, agreed, recorder);
        for (byte[] message : List.of(first, second)) {
            byte[] out = new byte[40_000];
            deflater.setInput(message);
            int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH) - 4;
            byte[] compressed = Arrays.copyOf(out, size);
            oracle.message(compressed);
            connection.receive(ByteBuffer.wrap(Frame.of(true, Opcode.BINARY, compressed)
                    .withRsv(FrameHeader.RSV1)
                    .bytesTo(receiver)));
            connection.releaseIdle(); // what is kept in the heap has to be the whole window too
        }
        deflater.end();
        assertEquals(32_000, oracle.maxDistance);
        assertEquals(
                List.of("binary " + Hex.of(ByteBuffer.wrap(first)), "binary " + Hex.of(ByteBuffer.wrap(second))),
                recorder.events);
    }

    @Test
    @Tag("7692-6.1-4")
    @Tag("7692-6.2-1")
    void emptyAndUncompressedMessagesInBetweenAreRead() {
        assertEquals(
                List.of("text ", "text Hello", "text a", "text Hello"),
                received(TAKEOVER, "c1 01 00", "c1 07" + HELLO, "81 01 61", "c1 05 f2 00 11 00 00"));
    }

    // ---------------------------------------------------------------- what fails

    @Test
    @Tag("6455-5.2-2")
    @Tag("7692-6.1-3")
    void rsv1OnContinuationOrControlFrameOrUnagreedFailsWith1002() {
        assertEquals("[fail 1002]", received(TAKEOVER, "01 01 61", "c0 01 61").toString());
        recorder.events.clear();
        assertEquals("[fail 1002]", received(TAKEOVER, "c9 00").toString());
        recorder.events.clear();
        assertEquals("[fail 1002]", received(null, "c1 07" + HELLO).toString());
    }

    @Test
    @Tag("6455-8.1-1")
    @Tag("7692-6.2-2")
    void textThatIsNotUtf8AfterDecompressionFailsWith1007() {
        assertEquals(List.of("fail 1007"), received(TAKEOVER, "c1 08 00 02 00 fd ff c3 28 00"));
    }

    @Test
    void dataThatIsNotDeflateFailsWith1007() {
        assertEquals(List.of("fail 1007"), received(TAKEOVER, "c2 02 ff ff"));
    }

    @Test
    void aMessageThatEndsInsideABlockFailsWith1007() {
        assertEquals(List.of("fail 1007"), received(NO_TAKEOVER, "c2 03 f2 48 cd"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c2 07 00 06 00 f9 ff 48 65", "c2 03 f2 48 cd"})
    void whatAPeerLeftOutAtTheEndIsNeverTakenForContent(String insideOfABlock) {
        assertEquals(List.of("fail 1007"), received(TAKEOVER, insideOfABlock));
    }

    /** Whatever its last block is; what is left may not be a message, as it is where a cut falls on the end of a block. */
    @ParameterizedTest
    @CsvSource({
        "f2 48 cd c9 c9 07 00, 7",
        "f3 48 cd c9 c9 07 00, 7",
        "7a f8 e9 f0 95 ad 00 00, 8",
        "00 05 00 fa ff 48 65 6c 6c 6f 00, 9",
        "01 05 00 fa ff 48 65 6c 6c 6f, 8",
        "f2 48 05 00 00 00 ff ff ca c9 c9 07 00, 8",
        "00 02 00 fd ff 48 65 f2 48 cd c9 c9 07 00, 12"
    })
    void aMessageThatLacksItsLastOctetsFailsAtOnce(String hex, int mostLacking) {
        byte[] whole = Hex.bytes(hex);
        for (Role role : Role.values()) {
            for (boolean takeover : new boolean[] {true, false}) {
                for (int lacking = 1; lacking <= mostLacking; lacking++) {
                    recorder.events.clear();
                    Connection connection = new Connection(
                            role, 1000, workspace, Deflate.DEFAULT, takeover ? TAKEOVER : NO_TAKEOVER, recorder);
                    Frame cut = Frame.of(true, Opcode.BINARY, Arrays.copyOf(whole, whole.length - lacking))
                            .withRsv(FrameHeader.RSV1);
                    connection.receive(ByteBuffer.wrap(cut.bytesTo(role)));
                    assertEquals(List.of("fail 1007"), recorder.events, takeover + " " + cut);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBombFailsWith1009AndTakesNoMemory(boolean fragmented) {
        byte[] bomb = deflated(new byte[64 << 20]);
        Connection client = new Connection(Role.CLIENT, 1 << 20, workspace, Deflate.DEFAULT, NO_TAKEOVER, recorder);
        Frame frame = Frame.of(!fragmented, Opcode.BINARY, bomb).withRsv(FrameHeader.RSV1);
        client.receive(ByteBuffer.wrap(frame.bytes()));
        assertEquals(List.of("fail 1009"), recorder.events);
        client.discard();
        workspace.close();
        assertEquals(0, workspace.zlib.open());
    }

    /** The memory of the message is written to while its input is still being read. */
    @Test
    void aCompressedMessageIsNotReadIntoItsMemory() {
        Connection client = new Connection(Role.CLIENT, 1 << 20, workspace, Deflate.DEFAULT, NO_TAKEOVER, recorder);
        byte[] runs = new byte[1 << 20];
        for (int i = 0; i < runs.length; i++) {
            runs[i] = (byte) ((i >> 10) * 31);
        }
        byte[] flushed = deflated(runs);
        byte[] payload = Arrays.copyOf(flushed, flushed.length - 4); // 00 00 ff ff
        Frame frame = Frame.of(true, Opcode.BINARY, payload).withRsv(FrameHeader.RSV1);
        Chunks.read(client, frame.bytes(), 1000);
        assertTrue(recorder.events.equals(List.of("binary " + Hex.of(runs))));
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        int count;
        while ((count = deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH)) > 0) {
            out.write(part, 0, count);
        }
        deflater.end();
        return out.toByteArray();
    }

    // ---------------------------------------------------------------- sending

    private static List<Frame> sent(Connection connection) {
        ByteBuffer out = ByteBuffer.allocate((int) connection.outputSize());
        connection.consume(connection.peek(out));
        return NaiveFrames.parse(out.array());
    }

    private Connection server(Deflate config, DeflateParameters agreed) {
        return new Connection(Role.SERVER, 1000, workspace, config, agreed, recorder);
    }

    @Test
    @Tag("7692-6.1-1")
    @Tag("7692-6.1-4")
    void smallMessagesAndSuchAsDoNotShrinkAreSentAsTheyAre() {
        Connection server = server(Deflate.DEFAULT.threshold(100), TAKEOVER);
        server.sendText("a".repeat(99));
        server.sendText("a".repeat(100));
        byte[] noise = new byte[200];
        new Random(1).nextBytes(noise);
        server.sendBinary(ByteBuffer.wrap(noise));
        server.sendText("a".repeat(100));
        List<Frame> frames = sent(server);
        assertEquals(List.of(0, 4, 0, 4), frames.stream().map(Frame::rsv).toList());
        assertTrue(frames.get(1).payload().remaining() < 20);
    }

    @Test
    @Tag("7692-6.1-2")
    void onlyTheFramesOfCompressedMessagesAreMarked() {
        Connection server = server(Deflate.DEFAULT.threshold(0), TAKEOVER);
        ByteBuffer zeros = ByteBuffer.allocate(100);
        server.sendBinary(zeros);
        server.sendPing(zeros);
        server.sendPong(zeros);
        server.sendBinaryPart(zeros, false);
        server.sendBinaryPart(zeros, true);
        server.close(new ClosePayload(1000, "a".repeat(100)));
        assertEquals(
                List.of(4, 0, 0, 0, 0, 0), sent(server).stream().map(Frame::rsv).toList());
    }

    @Test
    void aBroadcastIsCompressedOnceForEqualParameters() {
        PreparedMessage message = PreparedMessage.text("weft ".repeat(100));
        MessageDeflater first = MessageDeflater.of(Role.SERVER, Deflate.DEFAULT, NO_TAKEOVER);
        MessageDeflater second = MessageDeflater.of(Role.SERVER, Deflate.DEFAULT, TAKEOVER);
        byte[] frame = message.frame(first, workspace);
        assertTrue(frame.length < 40);
        assertSame(frame, message.frame(second, workspace));
    }

    @ParameterizedTest
    @CsvSource({"a, 99, 0", "a, 100, 4", "я, 49, 0", "я, 50, 4", "€, 33, 0", "€, 34, 4", "😀, 24, 0", "😀, 25, 4"})
    void theThresholdOfATextIsInBytes(String character, int count, int rsv) {
        Connection server = server(Deflate.DEFAULT.threshold(100), TAKEOVER);
        server.sendText(character.repeat(count));
        assertEquals(rsv, sent(server).get(0).rsv());
    }

    @ParameterizedTest
    @CsvSource({"99, 0", "100, 4"})
    void aBroadcastIsCompressedFromTheThresholdOn(int size, int rsv) {
        Connection server = server(Deflate.DEFAULT.threshold(100), TAKEOVER);
        server.send(PreparedMessage.binary(ByteBuffer.allocate(size)));
        assertEquals(rsv, sent(server).get(0).rsv());
    }

    @Test
    @Tag("7692-7.2.1-8")
    void contextTakeoverMakesTheSecondMessageSmaller() {
        Connection server = server(Deflate.DEFAULT.threshold(0), TAKEOVER);
        String json = "{\"type\":\"message\",\"name\":\"a name\",\"text\":\"message, text, name and type\"}";
        server.sendText(json);
        server.sendText(json);
        List<Frame> frames = sent(server);
        assertTrue(frames.get(1).payload().remaining() < frames.get(0).payload().remaining() / 3);
    }

    @Test
    void nothingIsHeldNativelyByAnIdleConnectionWithoutContext() {
        Connection server = server(Deflate.DEFAULT.threshold(0), NO_TAKEOVER);
        server.sendText("a".repeat(100));
        server.receive(ByteBuffer.wrap(Frame.of(true, Opcode.TEXT, Hex.bytes(HELLO))
                .withRsv(FrameHeader.RSV1)
                .bytesTo(Role.SERVER)));
        assertEquals(List.of("text Hello"), recorder.events);
        int shared = workspace.zlib.open();
        for (int i = 0; i < 100; i++) {
            Connection other = server(Deflate.DEFAULT.threshold(0), NO_TAKEOVER);
            other.sendText("a".repeat(100));
        }
        assertEquals(shared, workspace.zlib.open());
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 12, 14, 15})
    void everyWindowRefersToEarlierMessagesAndBlocks(int bits) {
        Connection server = server(Deflate.DEFAULT.threshold(0), new DeflateParameters(false, false, bits, bits));
        byte[] noise = new byte[100];
        new Random(1).nextBytes(noise);
        ByteBuffer repeated = ByteBuffer.allocate(1 << bits + 2);
        while (repeated.remaining() >= noise.length) {
            repeated.put(noise);
        }
        server.sendBinary(repeated.flip());
        server.sendBinary(ByteBuffer.wrap(noise));
        List<Frame> frames = sent(server);
        assertTrue(frames.get(0).payload().remaining() < repeated.limit() / 2);
        assertTrue(frames.get(1).payload().remaining() < noise.length / 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 12, 14, 15})
    void whatDoesNotShrinkIsSentAsItIsWithEveryWindow(int bits) {
        byte[] noise = new byte[1 << bits + 1];
        new Random(1).nextBytes(noise);
        for (boolean takeover : new boolean[] {false, true}) {
            Connection server =
                    server(Deflate.DEFAULT.threshold(0), new DeflateParameters(!takeover, !takeover, bits, bits));
            server.sendBinary(ByteBuffer.wrap(noise));
            assertEquals(List.of(Frame.of(true, Opcode.BINARY, noise)), sent(server));
        }
    }

    @Test
    void aBroadcastIsCompressedAnewForOtherParameters() {
        PreparedMessage message = PreparedMessage.text("weft ".repeat(100));
        byte[] frame = message.frame(MessageDeflater.of(Role.SERVER, Deflate.DEFAULT, NO_TAKEOVER), workspace);
        DeflateParameters narrow = new DeflateParameters(true, true, 9, 9);
        assertNotSame(frame, message.frame(MessageDeflater.of(Role.SERVER, Deflate.DEFAULT, narrow), workspace));
        Deflate fast = Deflate.DEFAULT.level(1);
        assertNotSame(frame, message.frame(MessageDeflater.of(Role.SERVER, fast, NO_TAKEOVER), workspace));
    }

    /** Of messages that are compressed, what counts is what they become. */
    @ParameterizedTest
    @CsvSource({"1000, binary", "1001, fail 1009"})
    void aSmallMessageIsHeldToTheLimitToo(int size, String event) {
        Connection client = client(TAKEOVER);
        client.sendBinary(ByteBuffer.allocate(size));
        server(Deflate.DEFAULT, TAKEOVER)
                .receive(ByteBuffer.wrap(
                        NaiveFrames.join(sent(client).stream().map(Frame::bytes).toList())));
        assertTrue(recorder.events.get(0).startsWith(event), recorder.events.get(0));
    }

    @Test
    void fragmentsOfACompressedMessageAreCounted() {
        Connection server = server(Deflate.DEFAULT, TAKEOVER);
        Frame first = Frame.of(false, Opcode.TEXT, new byte[0]).withRsv(FrameHeader.RSV1);
        server.receive(ByteBuffer.wrap(first.bytesTo(Role.SERVER)));
        byte[] more = Frame.of(false, Opcode.CONTINUATION, new byte[0]).bytesTo(Role.SERVER);
        int fragments = 1;
        while (!server.isFailed() && fragments < 10_000) {
            server.receive(ByteBuffer.wrap(more.clone()));
            fragments++;
        }
        assertEquals(1025, fragments);
        assertEquals(List.of("fail 1009"), recorder.events);
    }

    @Test
    void compressesAPartOfAnArray() {
        byte[] array = new byte[400];
        new Random(1).nextBytes(array);
        Arrays.fill(array, 150, 250, (byte) 'a');
        Connection client = client(TAKEOVER);
        client.sendText(
                ByteBuffer.wrap(array).position(100).slice().position(50).limit(150));
        Frame frame = sent(client).get(0);
        assertEquals(4, frame.rsv());
        server(Deflate.DEFAULT, TAKEOVER).receive(ByteBuffer.wrap(frame.bytes()));
        assertEquals(List.of("text " + "a".repeat(100)), recorder.events);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 15})
    void noContextIsBegunWhereTheBudgetIsSpent(int bits) {
        Connection server = server(Deflate.DEFAULT.threshold(0), new DeflateParameters(false, false, bits, bits));
        workspace.budget(0);
        server.sendText("a".repeat(100));
        workspace.budget(1 << 20);
        server.sendText("a".repeat(100));
        List<Frame> frames = sent(server);
        assertEquals(Frame.text("a".repeat(100)), frames.get(0));
        assertEquals(4, frames.get(1).rsv());
    }

    @Test
    void settingsOutsideOfTheirRangesAreRefused() {
        for (int level : new int[] {0, 10}) {
            assertThrows(IllegalArgumentException.class, () -> Deflate.DEFAULT.level(level));
        }
        for (int bits : new int[] {7, 16}) {
            assertThrows(IllegalArgumentException.class, () -> Deflate.DEFAULT.windowBits(bits));
        }
        assertThrows(IllegalArgumentException.class, () -> Deflate.DEFAULT.threshold(-1));
    }

    private void exchange(Connection server) {
        server.sendText("a".repeat(100));
        server.receive(ByteBuffer.wrap(Frame.of(true, Opcode.TEXT, Hex.bytes(HELLO))
                .withRsv(FrameHeader.RSV1)
                .bytesTo(Role.SERVER)));
    }

    @Test
    void connectionsWithContextHoldNativeMemoryUntilTheyAreIdleOrGone() {
        Connection none = server(Deflate.DEFAULT.threshold(0), NO_TAKEOVER);
        exchange(none);
        exchange(server(Deflate.DEFAULT.threshold(0), NO_TAKEOVER));
        int shared = workspace.zlib.open();
        assertEquals(2, shared);
        Connection one = server(Deflate.DEFAULT.threshold(0), TAKEOVER);
        Connection two = server(Deflate.DEFAULT.threshold(0), TAKEOVER);
        exchange(one);
        exchange(two);
        assertEquals(5, workspace.zlib.open()); // the spare inflater is in use too
        one.releaseIdle();
        assertEquals(4, workspace.zlib.open());
        two.discard();
        assertEquals(shared, workspace.zlib.open());
        exchange(one);
        assertEquals(3, workspace.zlib.open());
    }
}
