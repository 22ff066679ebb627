package dev.weft.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the example programs say where they cannot do what they are told to. */
@Timeout(60)
class BadOptionsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    echo --no-such-option           | Unknown option: '--no-such-option'
                    no-such-example                 | no-such-example
                    echo --port many                | 'many' is not an int
                    echo --port 70000               | 70000
                    echo --port 0 --loops 0         | loops is 0, it must be at least 1
                    echo --port 0 --max-message -1  | maxMessage is -1
                    echo --port 0 --allow-origin me | not an origin
                    echo --port 0 --host no.invalid | no.invalid/<unresolved>:0: unknown host
                    chat --port                     | --port
                    connect                         | URL
                    connect ftp://127.0.0.1/        | ftp
                    fuzz-client                     | URL
                    attack                          | URL
                    attack ws://192.0.2.1/          | 192.0.2.1 is not a loopback address
                    attack wss://[2001:db8::1]/     | not a loopback address
                    attack ws://127.0.0.1:1/        | no connection
                    """)
    void isSaidInWordsAndByAnExitCode(String commandLine, String words) throws Exception {
        try (Program program = ExampleProcess.start(commandLine.split(" "))) {
            program.endInput();
            assertNotEquals(0, program.exitCode());
            List<String> errors = program.errors();
            assertTrue(!errors.isEmpty() && errors.get(0).contains(words), () -> "standard error: " + errors);
            assertTrue(errors.stream().noneMatch(line -> line.startsWith("\tat ")), () -> "a trace: " + errors);
            assertEquals(List.of(), program.output());
        }
    }

    @Test
    void aPortInUseIsSaidInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Program program = ExampleProcess.start("chat", "--port", String.valueOf(taken.getLocalPort()))) {
            assertEquals(1, program.exitCode());
            assertEquals(1, program.errors().size(), () -> "one line: " + program.errors());
            String line = program.errors().get(0);
            assertTrue(line.contains("127.0.0.1:" + taken.getLocalPort()) && line.contains("in use"), line);
            assertEquals(List.of(), program.output());
        }
    }

    @Test
    void noNameAtAllIsAnsweredWithTheNames() throws Exception {
        try (Program program = ExampleProcess.start()) {
            assertNotEquals(0, program.exitCode());
            String errors = String.join("\n", program.errors());
            for (String name :
                    List.of("chat", "echo", "broadcast", "connect", "fuzz-client", "socket-echo", "attack")) {
                assertTrue(errors.contains(name), errors);
            }
        }
    }
}
