package dev.weft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.core.NaiveFrames.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages received in parts (RFC 6455 §5.4). */
class PartsTest {
    private final List<String> parts = new ArrayList<>();
    private final Connection connection = new Connection(Role.CLIENT, 0, new Workspace(), new Recorder() {
        @Override
        public boolean takesParts() {
            return true;
        }

        @Override
        public void onTextPart(String part, boolean last) {
            parts.add(part + (last ? "." : ""));
        }
    });

    /** "a particular text frame might include a partial UTF-8 sequence; however, the whole message MUST contain valid UTF-8" (§5.6). */
    @Test
    void characterThatIsCutByAFrameComesWhole() {
        connection.receive(ByteBuffer.wrap(NaiveFrames.join(List.of(
                Frame.of(false, Opcode.TEXT, Hex.bytes("61 e6 97")).bytes(),
                Frame.of(false, Opcode.CONTINUATION, Hex.bytes("a5 62 f0 9f")).bytes(),
                Frame.of(false, Opcode.CONTINUATION, Hex.bytes("98")).bytes(),
                Frame.of(true, Opcode.CONTINUATION, Hex.bytes("80")).bytes()))));
        assertEquals(List.of("a", "日b", "😀."), parts);
    }
}
