package weft.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import weft.api.AdminClient;
import weft.api.AdminDevice;

/** The registered devices. */
@Command(
        name = "device",
        description = "List, approve, disable and delete devices.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class DeviceCommand {
    private static final int PAGE = 1000;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private RegistryCommand registry;

    @Command(description = "List devices.", mixinStandardHelpOptions = true)
    int list(
            @Option(
                            names = "--match",
                            paramLabel = "TEXT",
                            defaultValue = "",
                            description = "What name, group or id begin with.")
                    String text)
            throws IOException {
        try (AdminClient admin = registry.admin()) {
            String after = "";
            List<AdminDevice> page;
            do {
                page = admin.devices(text, after, PAGE);
                page.forEach(this::line);
                after = page.isEmpty() ? "" : page.getLast().id();
            } while (page.size() == PAGE);
        }
        return 0;
    }

    private void line(AdminDevice device) {
        registry.out()
                .println(String.join(
                        "\t",
                        device.id(),
                        device.standing() + (device.enabled() ? "" : " (off)"),
                        device.name(),
                        device.inner4(),
                        device.group().orElse("-")));
    }

    @Command(description = "Show a device.", mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "ID") String id) throws IOException {
        try (AdminClient admin = registry.admin()) {
            AdminDevice device = admin.device(id);
            registry.out()
                    .printf(
                            "id        %s%nname      %s%nmodel     %s%nstanding  %s%nenabled   %s%naccount   %s (%s)%ngroup     %s%n"
                                    + "inner     %s, %s%ncreated   %s%nchanged   %s%n",
                            device.id(),
                            device.name(),
                            device.model(),
                            device.standing(),
                            device.enabled(),
                            device.accountId(),
                            device.account(),
                            device.group().orElse("-"),
                            device.inner4(),
                            device.inner6(),
                            device.created(),
                            device.updated());
        }
        return 0;
    }

    @Command(description = "Let a device in that waits or was disabled.", mixinStandardHelpOptions = true)
    int approve(@Parameters(paramLabel = "ID") String id) throws IOException {
        try (AdminClient admin = registry.admin()) {
            line(admin.approve(id));
        }
        return 0;
    }

    @Command(description = "Keep a device registered, but without traffic.", mixinStandardHelpOptions = true)
    int disable(@Parameters(paramLabel = "ID") String id) throws IOException {
        try (AdminClient admin = registry.admin()) {
            line(admin.block(id));
        }
        return 0;
    }

    @Command(description = "Delete a device.", mixinStandardHelpOptions = true)
    int delete(@Parameters(paramLabel = "ID") String id) throws IOException {
        try (AdminClient admin = registry.admin()) {
            admin.deleteDevice(id);
        }
        return 0;
    }
}
