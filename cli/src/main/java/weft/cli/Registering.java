package weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import weft.client.AlreadyRegisteredException;
import weft.client.Profile;
import weft.client.Registrar;
import weft.client.RegistryAccess;

/** What the commands that register have in common. */
final class Registering {
    private Registering() {}

    static void register(CommandSpec spec, StateDir state, RegistryAccess access, String name) {
        try {
            Profile made = new Registrar(state.directory()).register(access, name);
            PrintWriter out = spec.commandLine().getOut();
            out.println("Registered as " + made.name() + " (" + made.id() + ").");
            out.println("Inner addresses: " + made.config().inner().addresses().v4() + ", "
                    + made.config().inner().addresses().v6());
            out.println("Next: weft connect" + state.option());
            out.flush();
        } catch (AlreadyRegisteredException known) {
            throw new CommandException(known.getMessage() + "\nNext: weft connect" + state.option()
                    + ", or to begin anew: weft registration delete" + state.option());
        } catch (IOException failed) {
            throw new CommandException(String.valueOf(failed.getMessage()));
        }
    }

    static Profile current(StateDir state) {
        try {
            return new Registrar(state.directory()).current().orElseThrow(() -> missing(state));
        } catch (IOException failed) {
            throw new CommandException(String.valueOf(failed.getMessage()));
        }
    }

    static CommandException missing(StateDir state) {
        return new CommandException("this device is not registered (no "
                + state.directory().registration() + ")\nNext: weft join INVITE" + state.option()
                + ", with an invite from your fleet's admin (weft registry invite)");
    }
}
