package dev.weft.benchmarks.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A server's process: prints {@code port N}, answers the line {@code heap} on its input by {@code heap BYTES}, what is alive
 * after full collections, and ends with its input.
 */
public final class ServerMain {
    private ServerMain() {}

    public static void main(String[] args) throws Exception {
        List<String> flags = Arrays.asList(args).subList(1, args.length);
        Logger.getLogger("").setLevel(Level.WARNING);
        Subject subject = Subject.ALL.get(args[0]).get();
        int port = subject.start(new Subject.Setup(
                flags.contains("broadcast"),
                flags.contains("deflate"),
                flags.contains("tls"),
                flags.contains("loops=2") ? 2 : 1));
        System.out.println("port " + port);
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in))) {
            for (String line; (line = in.readLine()) != null; ) {
                if (line.equals("heap")) {
                    System.out.println("heap " + liveBytes());
                }
            }
        } catch (IOException e) {
            // the parent is gone
        }
        Runtime.getRuntime().halt(0);
    }

    private static long liveBytes() throws InterruptedException {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        for (int i = 0; i < 3; i++) {
            memory.gc();
            Thread.sleep(50); // for cleaners and reference queues
        }
        return memory.getHeapMemoryUsage().getUsed();
    }
}
