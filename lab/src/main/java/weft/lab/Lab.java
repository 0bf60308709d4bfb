package weft.lab;

import java.io.IOException;
import java.util.List;

/** A world that is up, seen from another program: what {@code weft lab} works on. */
public final class Lab {
    private static final List<String> SHELL = List.of("sh", "-i");

    private final Enclosure world;

    private Lab(Enclosure world) {
        this.world = world;
    }

    /** The worlds that this user has running, the newest first. */
    public static List<Lab> running() {
        return Enclosure.all().stream().map(Lab::new).toList();
    }

    /** The newest of them; fails if there is none. */
    public static Lab newest() {
        return running().stream()
                .findFirst()
                .orElseThrow(() -> new LabException("No world is up. Raise one with: weft demo --keep"));
    }

    /** The one with that first process; fails if there is none. */
    public static Lab of(long pid) {
        return running().stream()
                .filter(lab -> lab.pid() == pid)
                .findFirst()
                .orElseThrow(() -> new LabException("There is no world " + pid + ". See: weft lab list"));
    }

    /** The PID of its first process, seen from here. */
    public long pid() {
        return world.pid();
    }

    /** To change it; it stays when this program ends. */
    public World world() {
        return World.of(world);
    }

    public List<String> hosts() {
        return world.hosts();
    }

    /**
     * Runs a command in a host, on this terminal; an empty command is a shell.
     *
     * @return the command's exit status
     */
    public int enter(String host, List<String> command) {
        if (!hosts().contains(host)) {
            throw new LabException(
                    "There is no host " + host + " in this world; it has " + String.join(", ", hosts()) + ".");
        }
        try {
            return world.command(host, command.isEmpty() ? SHELL : command)
                    .inheritIO()
                    .start()
                    .onExit()
                    .join()
                    .exitValue();
        } catch (IOException e) {
            throw new LabException("nsenter does not start: " + e.getMessage(), e);
        }
    }

    /** Ends it; nothing of it is left when this returns. */
    public void end() {
        world.close();
    }
}
