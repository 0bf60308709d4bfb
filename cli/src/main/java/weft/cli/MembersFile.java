package weft.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import weft.edge.EdgeMember;
import weft.edge.MemberSource;

/**
 * The edges of a small fleet, in a TOML file that every edge has and looks at once a second:
 *
 * <pre>{@code
 * [[member]]
 * name = "a1"
 * city = "amsterdam"
 * addresses = ["198.51.100.11", "2001:db8::11"]
 * weight = 1        # the default
 * draining = false  # the default
 * }</pre>
 */
final class MembersFile implements MemberSource {
    private static final Logger LOG = LoggerFactory.getLogger(MembersFile.class);
    private static final Set<String> KEYS = Set.of("name", "city", "addresses", "weight", "draining");

    private final Path file;

    MembersFile(Path file) {
        this.file = file;
    }

    List<EdgeMember> read() throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new CommandException("there is no list of members " + file);
        }
        TomlParseResult parsed = Toml.parse(text);
        if (parsed.hasErrors()) {
            var first = parsed.errors().getFirst();
            throw new CommandException(file + ":" + first.position().line() + ": " + first.getMessage());
        }
        Section root = new Section(file, "", parsed).allow(Set.of("member"));
        List<EdgeMember> members =
                root.tables("member").stream().map(MembersFile::member).toList();
        Set<String> names = new HashSet<>();
        for (EdgeMember member : members) {
            if (!names.add(member.name())) {
                throw root.wrong("member", "two members are named " + member.name());
            }
        }
        return members;
    }

    private static EdgeMember member(Section section) {
        section.allow(KEYS);
        String name = section.text("name").orElseThrow(() -> section.wrong("name: which edge is it?"));
        String city = section.text("city").orElseThrow(() -> section.wrong("city: where is " + name + "?"));
        List<InetAddress> addresses = section.parsedAll("addresses", InetAddress::ofLiteral);
        try {
            return new EdgeMember(
                    name,
                    city,
                    section.number("weight").orElse(1),
                    addresses,
                    section.flag("draining").orElse(false));
        } catch (IllegalArgumentException e) {
            throw section.wrong(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Watch watch(Consumer<List<EdgeMember>> listener) throws IOException {
        List<EdgeMember> first = read();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("members-file").factory());
        var _ = timer.scheduleWithFixedDelay(new Look(first, listener), 1, 1, TimeUnit.SECONDS);
        return new Watch() {
            @Override
            public List<EdgeMember> first() {
                return first;
            }

            @Override
            public void close() {
                timer.shutdownNow();
            }
        };
    }

    /** A file that cannot be read, or is wrong, changes nothing. */
    private final class Look implements Runnable {
        private final Consumer<List<EdgeMember>> listener;
        private List<EdgeMember> last;
        private String complaint = "";

        Look(List<EdgeMember> first, Consumer<List<EdgeMember>> listener) {
            last = first;
            this.listener = listener;
        }

        @Override
        public void run() {
            try {
                List<EdgeMember> now = read();
                complaint = "";
                if (!now.equals(last)) {
                    last = now;
                    listener.accept(now);
                }
            } catch (IOException | RuntimeException wrong) {
                String said = String.valueOf(wrong.getMessage());
                if (!said.equals(complaint)) {
                    LOG.warn("the list of members stays as it was: {}", said);
                    complaint = said;
                }
            }
        }
    }
}
