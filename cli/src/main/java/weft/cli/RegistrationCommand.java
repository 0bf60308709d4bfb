package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import weft.api.AccountType;
import weft.client.DaemonClient;
import weft.client.Profile;
import weft.client.Registrar;
import weft.client.RegistryAccess;

/** Makes this machine a device of a fleet, shows that, undoes it. */
@Command(
        name = "registration",
        description = "Register this device with a fleet, show or delete its registration.",
        mixinStandardHelpOptions = true,
        subcommands = {
            RegistrationCommand.New.class,
            RegistrationCommand.Show.class,
            RegistrationCommand.License.class,
            RegistrationCommand.Delete.class
        })
final class RegistrationCommand implements Runnable {
    @Override
    public void run() {
        throw new CommandException("new, show, license or delete?\nFor example: weft registration show");
    }

    @Command(
            name = "new",
            description = "Register this device; by an invite, or at a registry that is open just now.",
            mixinStandardHelpOptions = true)
    static final class New implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin
        private final StateDir state = new StateDir();

        @Mixin
        private final DeviceName name = new DeviceName();

        @Parameters(
                paramLabel = "INVITE",
                arity = "0..1",
                description = "From an admin; - reads it from standard input.")
        private @Nullable String invite;

        @Option(
                names = "--registry",
                paramLabel = "URL",
                converter = RegistryUrl.class,
                description = "A registry that takes devices without an invite.")
        private @Nullable URI registry;

        @Option(names = "--ca", paramLabel = "FILE", description = "PEM certificates to believe for the registry.")
        private @Nullable Path ca;

        @Override
        public void run() {
            RegistryAccess access;
            if (invite != null) {
                access = Invites.access(invite);
            } else if (registry != null) {
                access = RegistryAccess.open(registry);
            } else {
                throw new CommandException(
                        "an invite or --registry is needed\nFor example: weft registration new INVITE");
            }
            Registering.register(spec, state, ca == null ? access : access.withCaFile(ca), name.text());
        }
    }

    @Command(name = "show", description = "Show this device's registration.", mixinStandardHelpOptions = true)
    static final class Show implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin
        private final StateDir state = new StateDir();

        @Option(names = "--secrets", description = "With the private key and the token.")
        private boolean secrets;

        @Option(names = "--json", description = "For programs.")
        private boolean json;

        @Override
        public void run() {
            Profile profile = Registering.current(state);
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("id", profile.id());
            fields.put("name", profile.name());
            fields.put("registry", profile.registry().toString());
            fields.put("account", plan(profile));
            fields.put("public_key", profile.publicKey().base64());
            fields.put("address4", profile.config().inner().addresses().v4());
            fields.put("address6", profile.config().inner().addresses().v6());
            fields.put(
                    "endpoint", profile.config().peers().getFirst().endpoint().host());
            if (secrets) {
                fields.put(
                        "private_key",
                        Base64.getEncoder().encodeToString(profile.privateKey().bytes()));
                fields.put("token", profile.token());
            }
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(JsonText.of(fields));
            } else {
                fields.forEach((field, text) -> out.printf("%-12s %s%n", field, text));
            }
        }
    }

    @Command(
            name = "license",
            description = "Enter the account of a license, as one with plus.",
            mixinStandardHelpOptions = true)
    static final class License implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin
        private final StateDir state = new StateDir();

        @Parameters(paramLabel = "LICENSE", description = "From an admin; - reads it from standard input.")
        private String license = "";

        @Override
        public void run() {
            Registering.current(state);
            try {
                Profile profile = new Registrar(state.directory()).license(StandardInput.or(license));
                spec.commandLine().getOut().println("The account is " + plan(profile) + " now.");
            } catch (IOException failed) {
                throw new CommandException(String.valueOf(failed.getMessage()));
            }
        }
    }

    private static String plan(Profile profile) {
        return profile.account() == AccountType.PLUS ? "plus" : "free";
    }

    @Command(
            name = "delete",
            description = "Delete this device, at the registry and here.",
            mixinStandardHelpOptions = true)
    static final class Delete implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin
        private final StateDir state = new StateDir();

        @Option(names = "--local-only", description = "Only here; the registry keeps the device.")
        private boolean localOnly;

        @Override
        public void run() {
            Registrar registrar = new Registrar(state.directory());
            PrintWriter out = spec.commandLine().getOut();
            try (var daemon = DaemonClient.open(state.directory()).orElse(null)) {
                if (daemon != null) {
                    throw new CommandException("this device is connected\nFirst: weft disconnect" + state.option());
                }
                if (localOnly) {
                    registrar.forget();
                    out.println("The registration is deleted here; the registry still has the device.");
                } else if (registrar.delete()) {
                    out.println("The device is deleted.");
                } else {
                    out.println("There is no registration.");
                }
            } catch (IOException failed) {
                throw new CommandException(failed.getMessage()
                        + "\nTo delete it here only: weft registration delete --local-only" + state.option());
            }
        }
    }
}
