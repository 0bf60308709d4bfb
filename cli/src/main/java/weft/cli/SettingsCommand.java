package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import weft.client.DaemonClient;
import weft.client.DeviceSettings;

/** What a person may set for this device; a running connection follows within seconds. */
@Command(
        name = "settings",
        description = "Show this device's settings and where each comes from, or change them.",
        mixinStandardHelpOptions = true,
        subcommands = {SettingsCommand.Set.class, SettingsCommand.Reset.class})
final class SettingsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final StateDir state = new StateDir();

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    /** Their names are the words of the command line, in lower case. */
    private enum Key {
        STAMP("on or off: whether datagrams carry this device's client id") {
            @Override
            String value(DeviceSettings settings) {
                return settings.stamps() ? "on" : "off";
            }

            @Override
            boolean isSet(DeviceSettings settings) {
                return settings.stamp().isPresent();
            }

            @Override
            DeviceSettings with(DeviceSettings settings, String value) {
                return settings.withStamp(Optional.of(isOn(value)));
            }

            @Override
            DeviceSettings reset(DeviceSettings settings) {
                return settings.withStamp(Optional.empty());
            }
        };

        private final String description;

        Key(String description) {
            this.description = description;
        }

        abstract String value(DeviceSettings settings);

        abstract boolean isSet(DeviceSettings settings);

        abstract DeviceSettings with(DeviceSettings settings, String value);

        abstract DeviceSettings reset(DeviceSettings settings);

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        String source(DeviceSettings settings) {
            return isSet(settings) ? "set" : "default";
        }

        boolean isOn(String value) {
            return switch (value) {
                case "on" -> true;
                case "off" -> false;
                default -> throw new CommandException(text() + " is on or off, not " + value);
            };
        }

        static Key of(String text) {
            return Arrays.stream(values())
                    .filter(key -> key.text().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new CommandException("there is no setting " + text + "\nThere are: "
                            + Arrays.stream(values()).map(Key::text).collect(Collectors.joining(", "))));
        }
    }

    @Override
    public Integer call() {
        try {
            show(spec.commandLine().getOut(), state.directory().settings());
            return 0;
        } catch (IOException unreadable) {
            throw new CommandException(unreadable.getMessage() + "\nNext: weft settings reset" + state.option());
        }
    }

    private void show(PrintWriter out, DeviceSettings settings) {
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            for (Key key : Key.values()) {
                all.put(key.text(), Map.of("value", key.value(settings), "source", key.source(settings)));
            }
            out.println(JsonText.of(Map.of("version", 1, "settings", all)));
            return;
        }
        for (Key key : Key.values()) {
            out.printf(
                    Locale.ROOT,
                    "%-10s %-6s %-9s %s%n",
                    key.text(),
                    key.value(settings),
                    "(" + key.source(settings) + ")",
                    key.description);
        }
    }

    /** A change is kept first; then whoever runs is told. */
    private static void keep(StateDir state, DeviceSettings settings) throws IOException {
        state.directory().save(settings);
        Optional<DaemonClient> daemon = DaemonClient.open(state.directory());
        if (daemon.isPresent()) {
            try (DaemonClient running = daemon.get()) {
                running.settings();
            } catch (IOException old) {
                throw new CommandException("it is kept, but the daemon that runs does not follow: " + old.getMessage()
                        + "\nNext: weft disconnect" + state.option() + " && weft connect" + state.option());
            }
        }
    }

    @Command(name = "set", description = "Change a setting.", mixinStandardHelpOptions = true)
    static final class Set implements Callable<Integer> {
        @Mixin
        private final StateDir state = new StateDir();

        @Parameters(paramLabel = "KEY", index = "0", description = "Of weft settings.")
        private String key = "";

        @Parameters(paramLabel = "VALUE", index = "1")
        private String value = "";

        @Override
        public Integer call() throws IOException {
            keep(state, Key.of(key).with(state.directory().settings(), value));
            return 0;
        }
    }

    @Command(name = "reset", description = "Put settings back to their defaults.", mixinStandardHelpOptions = true)
    static final class Reset implements Callable<Integer> {
        @Mixin
        private final StateDir state = new StateDir();

        @Parameters(paramLabel = "KEY", arity = "0..1", description = "Of weft settings; all of them by default.")
        private Optional<String> key = Optional.empty();

        @Override
        public Integer call() throws IOException {
            DeviceSettings reset = DeviceSettings.DEFAULTS;
            if (key.isPresent()) {
                reset = Key.of(key.get()).reset(state.directory().settings());
            }
            keep(state, reset);
            return 0;
        }
    }
}
