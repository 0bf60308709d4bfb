package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import weft.api.AdminClient;
import weft.api.FleetKeyStatus;
import weft.edge.FleetKey;
import weft.edge.FleetKeys;

/** The fleet goes over to another static key, in three steps; without one of them, this says how far it is. */
@Command(
        name = "rotate-key",
        description = {
            "Change the key by which devices know the fleet: begin, announce, end.",
            "Alone, it says which devices still use another key than they are told now."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "[COMMAND]",
        subcommands = {RotateKeyCommand.Begin.class, RotateKeyCommand.Announce.class, RotateKeyCommand.End.class})
final class RotateKeyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final FleetConfig config = new FleetConfig();

    @Option(names = "--all", description = "List all devices rather than the first 1000.")
    private boolean all;

    @Option(names = "--json", description = "For programs: one object, whose field \"version\" is that of its schema.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (AdminClient admin = AdminAccess.open(config.file())) {
            KeyRotation rotation = KeyRotation.ask(config.read(), admin, all);
            out.println(json ? JsonText.of(rotation) : rotation.text(config.option()));
            out.flush();
        }
        return 0;
    }

    /** What the three steps share. */
    abstract static class Step implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin
        private final FleetConfig config = new FleetConfig();

        final FleetConfig config() {
            return config;
        }

        @Override
        public final Integer call() throws IOException {
            Path keyFile = config.read().keyFile();
            if (Files.notExists(keyFile)) {
                throw new CommandException("there is no " + keyFile + " on this machine"
                        + "\nNext: run this where the fleet's key file is, and copy the file to the edges");
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println(take(keyFile));
            out.flush();
            return 0;
        }

        /** @return what was done, and what to do next */
        abstract String take(Path keyFile) throws IOException;
    }

    @Command(
            name = "begin",
            description = "Make a second key, which edges answer to and no device is told yet.",
            mixinStandardHelpOptions = true)
    static final class Begin extends Step {
        @Override
        String take(Path keyFile) throws IOException {
            try (FleetKeys _ = FleetKey.begin(keyFile)) {
                return "made a second key in " + keyFile + "; devices are told the first one still"
                        + "\nNext: copy the file to every edge, with mode 0600; running edges read it by themselves."
                        + "\nWhen all of them have it: weft fleet rotate-key announce" + config().option();
            } catch (IllegalStateException two) {
                throw new CommandException(keyFile + ": a change of keys is under way already"
                        + "\nNext: weft fleet rotate-key" + config().option() + " says how far it is");
            }
        }
    }

    @Command(
            name = "announce",
            description = "Have devices told the second key, which every edge must have by now.",
            mixinStandardHelpOptions = true)
    static final class Announce extends Step {
        @Override
        String take(Path keyFile) throws IOException {
            try (FleetKeys keys = FleetKey.announce(keyFile)) {
                return "devices are told " + keys.publicKey() + " from now on by every registry that has this file"
                        + "\nNext: copy " + keyFile + " to the other registries, and to the edges."
                        + "\nA registry that has public-key in its configuration: public-key = \"" + keys.publicKey()
                        + "\", inner6 = \"" + keys.inner6() + "\", and start it anew."
                        + "\nWeft's own clients follow; stock ones need their configuration made anew."
                        + "\nWho is behind: weft fleet rotate-key" + config().option();
            } catch (IllegalStateException none) {
                throw new CommandException(keyFile + ": there is no key that devices have not been told"
                        + "\nNext: weft fleet rotate-key begin" + config().option());
            }
        }
    }

    @Command(
            name = "end",
            description = "Strike the former key: devices that still use it are cut off.",
            mixinStandardHelpOptions = true)
    static final class End extends Step {
        @Option(
                names = "--force",
                description =
                        "Even if devices use it or nobody knows; and a second key that no device has been told is struck.")
        private boolean force;

        @Override
        String take(Path keyFile) throws IOException {
            try (FleetKeys keys = FleetKey.read(keyFile)) {
                if (keys.former().isEmpty() && keys.next().isEmpty()) {
                    throw new CommandException(
                            keyFile + ": there is but one key\nNext: weft fleet rotate-key begin" + config().option());
                }
                if (!force) {
                    check(keys);
                }
            }
            try (FleetKeys keys = FleetKey.end(keyFile)) {
                return "the fleet's key is " + keys.publicKey() + "\nNext: copy " + keyFile
                        + " to every edge, with mode 0600; running edges read it by themselves";
            }
        }

        private void check(FleetKeys keys) throws IOException {
            if (keys.next().isPresent()) {
                throw new CommandException("devices have not been told the second key"
                        + "\nNext: weft fleet rotate-key announce" + config().option()
                        + ", or end --force to strike the second key");
            }
            FleetKeyStatus status = ask();
            if (!status.key().base64().equals(keys.publicKey().toString())) {
                throw new CommandException("the registry of this machine tells devices another key than "
                        + keys.publicKey() + "\nNext: see its log, and [fleet] public-key in " + config().file());
            }
            if (status.behind() + status.unseen() > 0) {
                throw new CommandException("devices would be cut off: " + status.behind()
                        + " last seen with the former key, " + status.unseen() + " not seen since they are told another"
                        + "\nNext: weft fleet rotate-key" + config().option()
                        + " lists them; end --force cuts them off");
            }
        }

        private FleetKeyStatus ask() throws IOException {
            try (AdminClient admin = AdminAccess.open(config().file())) {
                return admin.fleetKey("", 1);
            } catch (IOException | CommandException unknown) {
                throw new CommandException(
                        "nobody here knows which devices still use the former key: "
                                + unknown.getMessage()
                                + "\nNext: weft fleet rotate-key, where the registry is, lists them; then end --force here, which asks nobody");
            }
        }
    }
}
