package weft.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** How much a registered device takes in the registry's SQLite database: the figure {@code bytes.registered} of bench/scale. */
public final class StorageBench {
    private StorageBench() {}

    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[0]);
        Path directory = Files.createTempDirectory("weft-bench");
        try {
            long few = size(directory.resolve("few"), 1);
            long many = size(directory.resolve("many"), 1 + count);
            System.out.println("bytes.registered " + (many - few) / (double) count);
        } finally {
            List<Path> all;
            try (Stream<Path> files = Files.walk(directory)) {
                all = files.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : all) {
                Files.delete(file);
            }
        }
    }

    /** Of the database's files once the registry has ended. */
    private static long size(Path directory, int devices) throws IOException {
        Files.createDirectories(directory);
        try (TestRegistry registry = new TestRegistry(directory)) {
            for (int i = 0; i < devices; i++) {
                registry.client.register(TestRegistry.request(TestRegistry.newKey()), registry.invite());
            }
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().contains(".db"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
