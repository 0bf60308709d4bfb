package weft.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The one program. Commands are its sub-commands, a class each. */
@Command(
        name = "weft",
        description = "WireGuard edges behind one address, and the devices on them.",
        mixinStandardHelpOptions = true,
        version = "weft 0.1.0",
        subcommands = {
            WgCommand.class,
            JoinCommand.class,
            RegistrationCommand.class,
            ConnectCommand.class,
            DisconnectCommand.class,
            StatusCommand.class,
            SettingsCommand.class,
            TunnelCommand.class,
            ServeCommand.class,
            EdgeCommand.class,
            RegistryCommand.class,
            FleetCommand.class,
            DoctorCommand.class,
            DemoCommand.class,
            LabCommand.class,
            HelpCommand.class
        })
public final class Weft {
    private Weft() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** The exit code: 0, 1 for what went wrong, 2 for what was asked wrongly. */
    static int run(String... arguments) {
        return commandLine().execute(arguments);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Weft())
                .setExecutionExceptionHandler(new Failure())
                .setCaseInsensitiveEnumValuesAllowed(true);
    }
}
