package weft.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** A table of a TOML file. What is wrong with it is told with file, line, section, key, reason and text. */
final class Section {
    private static final int MAX_DISTANCE = 4;

    private final Path file;
    private final String name;
    private final TomlTable table;

    Section(Path file, String name, TomlTable table) {
        this.file = file;
        this.name = name;
        this.table = table;
    }

    static Section absent(Path file, String name) {
        return new Section(file, name, Toml.parse(""));
    }

    /** Refuses every key that is none of these. */
    Section allow(Set<String> keys) {
        for (String key : table.keySet()) {
            if (!keys.contains(key)) {
                String nearest = keys.stream()
                        .min(Comparator.comparingInt(known -> distance(key, known)))
                        .filter(known -> distance(key, known) <= MAX_DISTANCE)
                        .map(known -> "did you mean " + known + "?")
                        .orElse("there may be: "
                                + String.join(", ", keys.stream().sorted().toList()));
                throw wrong(key, "there is no such key; " + nearest);
            }
        }
        return this;
    }

    boolean has(String key) {
        return table.contains(List.of(key));
    }

    Optional<Section> table(String key) {
        return value(key, TomlTable.class, "a table")
                .map(found -> new Section(file, name.isEmpty() ? key : name + "." + key, found));
    }

    /** One without keys if it is absent. */
    Section tableOrEmpty(String key) {
        return table(key).orElseGet(() -> absent(file, name.isEmpty() ? key : name + "." + key));
    }

    /** An array of tables; none if it is absent. */
    List<Section> tables(String key) {
        List<Section> found = new ArrayList<>();
        TomlArray array = value(key, TomlArray.class, "an array of tables").orElse(null);
        for (int i = 0; array != null && i < array.size(); i++) {
            if (!(array.get(i) instanceof TomlTable element)) {
                throw wrong(key, "an array of tables is expected");
            }
            found.add(new Section(file, name + "." + key, element));
        }
        return found;
    }

    Optional<String> text(String key) {
        return value(key, String.class, "a text in quotes");
    }

    Optional<Boolean> flag(String key) {
        return value(key, Boolean.class, "true or false");
    }

    Optional<Long> integer(String key) {
        return value(key, Long.class, "a whole number");
    }

    /** One that is not too large for an int. */
    Optional<Integer> number(String key) {
        return integer(key).map(number -> {
            if (number < Integer.MIN_VALUE || number > Integer.MAX_VALUE) {
                throw wrong(key, "the number is out of all bounds");
            }
            return number.intValue();
        });
    }

    /** One text, or an array of them; none if it is absent. */
    List<String> texts(String key) {
        Object found = table.get(List.of(key));
        if (!(found instanceof TomlArray array)) {
            return text(key).map(List::of).orElse(List.of());
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            if (!(array.get(i) instanceof String one)) {
                throw wrong(key, "an array of texts is expected");
            }
            all.add(one);
        }
        return all;
    }

    /** @param read throws an IllegalArgumentException that says what is wrong */
    <T> Optional<T> parsed(String key, Function<String, T> read) {
        return text(key).map(text -> parse(key, text, read));
    }

    <T> List<T> parsedAll(String key, Function<String, T> read) {
        return texts(key).stream().map(text -> parse(key, text, read)).toList();
    }

    private <T> T parse(String key, String text, Function<String, T> read) {
        try {
            return read.apply(text);
        } catch (IllegalArgumentException e) {
            throw wrong(key, e.getMessage() + ": \"" + text + "\"");
        }
    }

    /** A file's path; a relative one starts where the configuration file is. */
    Optional<Path> path(String key) {
        return text(key).map(text -> file.toAbsolutePath().resolveSibling(text));
    }

    private <T> Optional<T> value(String key, Class<T> type, String expected) {
        Object found = table.get(List.of(key));
        if (found != null && !type.isInstance(found)) {
            throw wrong(key, expected + " is expected");
        }
        return Optional.ofNullable(type.cast(found));
    }

    CommandException wrong(String key, String reason) {
        TomlPosition at = table.inputPositionOf(List.of(key));
        String line = at == null ? "" : ":" + at.line();
        return new CommandException(file + line + ": [" + name + "] " + key + ": " + reason);
    }

    /** What does not fit as a whole. */
    CommandException wrong(String reason) {
        return new CommandException(file + ": [" + name + "] " + reason);
    }

    /** Levenshtein's: the fewest letters to put in, take out or change. */
    static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
