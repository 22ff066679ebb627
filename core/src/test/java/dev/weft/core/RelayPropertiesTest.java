package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.core.NaiveFrames.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A text that is passed on goes out as it came, at once from where it lies in the input, and later, when that is gone. */
class RelayPropertiesTest {
    @Property(tries = 400)
    void textsArePassedOnUnchangedAtOnceAndLater(@ForAll long seed, @ForAll Role role, @ForAll Role targetRole) {
        Random random = new Random(seed);
        Workspace workspace = new Workspace();
        Endpoint target = Endpoint.sharing(workspace, targetRole);
        List<String> received = new ArrayList<>();
        List<Frame> expected = new ArrayList<>();
        var relay = new Recorder() {
            @Override
            public void onText(String text) {
                received.add(text);
                for (int i = random.nextInt(4); i > 0; i--) {
                    send(random.nextBoolean() ? text : received.get(random.nextInt(received.size())));
                }
            }

            void send(String text) {
                target.connection.sendText(text);
                expected.add(Frame.of(true, Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8)));
            }
        };
        Connection connection = new Connection(role, 1 << 20, workspace, relay);
        byte[] input = new byte[1 << 20];
        for (int reads = 1 + random.nextInt(3); reads > 0; reads--) {
            List<byte[]> frames = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                byte[] utf8 = Utf8.encode(Texts.any(random));
                frames.add(Frame.of(true, Opcode.TEXT, utf8).bytesTo(role));
            }
            byte[] bytes = NaiveFrames.join(frames);
            System.arraycopy(bytes, 0, input, 0, bytes.length);
            connection.receive(ByteBuffer.wrap(input, 0, bytes.length));
            Arrays.fill(input, (byte) '?');
            relay.send(received.get(received.size() - 1));
        }
        assertEquals(expected, target.sent());
    }
}
