package dev.weft.examples;

import dev.weft.examples.attack.Attack;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code java -jar weft-examples.jar NAME [options]}. */
@Command(
        name = "weft-examples",
        description = "Example programs of Weft, a WebSocket engine.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "NAME",
        subcommands = {
            Chat.class,
            Echo.class,
            Broadcast.class,
            Connect.class,
            FuzzClient.class,
            SocketEcho.class,
            Attack.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    System.err.println(e.getMessage());
                    return 1;
                })
                .execute(args));
    }
}
