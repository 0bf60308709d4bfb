package weft.cli;

import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import weft.api.AccountType;
import weft.api.AdminClient;
import weft.api.InviteInfo;
import weft.api.InviteRequest;

/** What lets new devices register. */
@Command(
        name = "invite",
        description = "Make, list and revoke invites.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class InviteCommand {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private RegistryCommand registry;

    @Command(description = "Print a new invite: the one word that `weft join` takes.", mixinStandardHelpOptions = true)
    int create(
            @Option(
                            names = "--for",
                            paramLabel = "TIME",
                            defaultValue = "1d",
                            description = "${DEFAULT-VALUE} by default.")
                    String length,
            @Option(names = "--uses", defaultValue = "1", description = "Devices; ${DEFAULT-VALUE} by default.")
                    int uses,
            @Option(names = "--plan", defaultValue = "FREE", description = "${COMPLETION-CANDIDATES}") AccountType plan,
            @Option(names = "--group", description = "The devices' group, for openings.") Optional<String> group,
            @Option(names = "--account", description = "An account's id.") Optional<String> account,
            @Option(names = "--note", description = "For yourself.") Optional<String> note)
            throws IOException {
        InviteRequest request = new InviteRequest(
                Optional.of(Arguments.time("--for", length).toSeconds()),
                Optional.of(uses),
                Optional.of(plan),
                account,
                group,
                note);
        try (AdminClient admin = registry.admin()) {
            registry.out().println(admin.invite(request).invite().orElseThrow());
        }
        return 0;
    }

    @Command(description = "List invites.", mixinStandardHelpOptions = true)
    int list() throws IOException {
        try (AdminClient admin = registry.admin()) {
            for (InviteInfo invite : admin.invites()) {
                registry.out()
                        .println(String.join(
                                "\t",
                                invite.id(),
                                invite.revoked() ? "revoked" : invite.usesLeft() + " left",
                                "until " + invite.expires(),
                                invite.group().orElse("-"),
                                invite.note()));
            }
        }
        return 0;
    }

    @Command(description = "Make an invite worthless.", mixinStandardHelpOptions = true)
    int revoke(@Parameters(paramLabel = "ID") String id) throws IOException {
        try (AdminClient admin = registry.admin()) {
            admin.revokeInvite(id);
        }
        return 0;
    }
}
