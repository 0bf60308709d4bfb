package weft.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import weft.api.AccountType;
import weft.api.AccountUpdate;
import weft.api.AdminAccount;
import weft.api.AdminClient;
import weft.api.License;

/**
 * What devices are entitled to together. A license is a secret: it is printed where it is what was asked for, and nowhere
 * else.
 */
@Command(
        name = "account",
        description = "Make accounts and their licenses, list and change accounts.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class AccountCommand {
    private static final int PAGE = 1000;

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private RegistryCommand registry;

    @Command(
            description = "Print the license of a new account: devices enter it by `weft registration license`.",
            mixinStandardHelpOptions = true)
    int create(
            @Option(names = "--plan", defaultValue = "PLUS", description = "${COMPLETION-CANDIDATES}") AccountType plan,
            @Option(
                            names = "--devices",
                            defaultValue = "5",
                            description = "How many may enter it; ${DEFAULT-VALUE} by default.")
                    int devices,
            @Option(names = "--json", description = "For programs.") boolean json)
            throws IOException {
        try (AdminClient admin = registry.admin()) {
            print(admin.license(Optional.of(plan), Optional.of(devices)), json);
        }
        return 0;
    }

    private void print(License license, boolean json) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("account", license.accountId());
        fields.put("license", license.license());
        registry.out().println(json ? JsonText.of(fields) : license.license());
    }

    @Command(description = "List the accounts made here, and all plus accounts.", mixinStandardHelpOptions = true)
    int list(@Option(names = "--json", description = "For programs: one array.") boolean json) throws IOException {
        List<AdminAccount> all = new ArrayList<>();
        try (AdminClient admin = registry.admin()) {
            List<AdminAccount> page;
            do {
                page = admin.accounts(all.isEmpty() ? "" : all.getLast().id(), PAGE);
                all.addAll(page);
            } while (page.size() == PAGE);
        }
        if (json) {
            registry.out()
                    .println(
                            JsonText.of(all.stream().map(AccountCommand::fields).toList()));
        } else {
            all.forEach(this::line);
        }
        return 0;
    }

    private void line(AdminAccount account) {
        registry.out()
                .println(String.join(
                        "\t",
                        account.id(),
                        name(account.plan()),
                        account.devices() + " of " + account.maxDevices(),
                        "since " + account.created()));
    }

    @Command(
            description = "Show an account, such as `weft registry device show` names.",
            mixinStandardHelpOptions = true)
    int show(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--license", description = "With its license, which is a secret.") boolean secret,
            @Option(names = "--json", description = "For programs.") boolean json)
            throws IOException {
        try (AdminClient admin = registry.admin()) {
            Map<String, Object> fields = fields(admin.account(id));
            if (secret) {
                fields.put("license", admin.license(id).license());
            }
            print(fields, json);
        }
        return 0;
    }

    @Command(
            description = "Change an account's plan, or how many devices may be on it.",
            mixinStandardHelpOptions = true)
    int set(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--plan", description = "${COMPLETION-CANDIDATES}") Optional<AccountType> plan,
            @Option(names = "--devices", description = "Those that are there stay.") Optional<Integer> devices,
            @Option(names = "--json", description = "For programs.") boolean json)
            throws IOException {
        if (plan.isEmpty() && devices.isEmpty()) {
            throw new CommandException(
                    "what of it? --plan or --devices\nFor example: weft registry account set " + id + " --plan plus");
        }
        try (AdminClient admin = registry.admin()) {
            print(fields(admin.updateAccount(id, new AccountUpdate(plan, devices))), json);
        }
        return 0;
    }

    @Command(
            description = "Print a new license of an account; nobody can enter it by the old one any more.",
            mixinStandardHelpOptions = true)
    int renew(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--json", description = "For programs.") boolean json)
            throws IOException {
        try (AdminClient admin = registry.admin()) {
            print(admin.renewLicense(id), json);
        }
        return 0;
    }

    private static Map<String, Object> fields(AdminAccount account) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", account.id());
        fields.put("plan", name(account.plan()));
        fields.put("devices", account.devices());
        fields.put("max_devices", account.maxDevices());
        fields.put("created", account.created().toString());
        fields.put("updated", account.updated().toString());
        return fields;
    }

    private void print(Map<String, Object> fields, boolean json) {
        if (json) {
            registry.out().println(JsonText.of(fields));
        } else {
            fields.forEach((field, value) -> registry.out().printf("%-12s %s%n", field, value));
        }
    }

    private static String name(AccountType plan) {
        return plan == AccountType.PLUS ? "plus" : "free";
    }
}
