package weft.cli;

import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import weft.lab.Topology;
import weft.lab.Trouble;

/** What a person may do to a world that is up, to see what its fleet makes of it. */
final class TroubleCommands {
    private TroubleCommands() {}

    /** One of them. */
    abstract static class OnWorld implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin
        private final LabCommand.Which world = new LabCommand.Which();

        abstract String on(Trouble trouble);

        @Override
        public final void run() {
            spec.commandLine().getOut().println(on(new Trouble(world.lab().world(), Program.command())));
            spec.commandLine().getOut().flush();
        }
    }

    /** One of them that befalls a host. */
    abstract static class OnHost extends OnWorld {
        @Parameters(index = "0", paramLabel = "HOST", description = "Such as a1; see: weft lab list")
        @SuppressWarnings("NullAway.Init") // set by picocli
        String host;
    }

    /** One of them that befalls a program. */
    abstract static class OnProgram extends OnHost {
        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "PROGRAM",
                defaultValue = "edge",
                description = "${DEFAULT-VALUE} by default; on control: etcd or registry.")
        String program = "edge";
    }

    @Command(
            name = "rebind",
            description = "A NAT forgets every mapping: what goes on comes from other ports.",
            mixinStandardHelpOptions = true)
    static final class Rebind extends OnWorld {
        @Parameters(
                arity = "0..1",
                paramLabel = "NAT",
                description = "wifi or cellular; the one that the phone is behind by default.")
        private Optional<String> nat = Optional.empty();

        @Override
        String on(Trouble trouble) {
            return trouble.rebind(nat) + " has forgotten who is behind it.";
        }
    }

    @Command(
            name = "move",
            description = "A device changes to another network: its addresses and routes are others.",
            mixinStandardHelpOptions = true)
    static final class Move extends OnWorld {
        @Parameters(paramLabel = "NETWORK", description = "wifi or cellular.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String network;

        @Option(names = "--device", paramLabel = "HOST", description = "Which device; the phone by default.")
        private String device = Topology.PHONE;

        @Override
        String on(Trouble trouble) {
            trouble.move(device, network);
            return device + " is on " + network + ".";
        }
    }

    @Command(
            name = "lead",
            description = "The Internet leads the fleet's addresses to another city.",
            mixinStandardHelpOptions = true)
    static final class Lead extends OnWorld {
        @Parameters(paramLabel = "CITY", description = "a or b.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String city;

        @Override
        String on(Trouble trouble) {
            trouble.lead(city);
            return "Packets for the fleet go to city " + city + ".";
        }
    }

    @Command(
            name = "cut",
            description = "Nothing gets in or out of a host any more, and nobody is told.",
            mixinStandardHelpOptions = true)
    static final class Cut extends OnHost {
        @Option(names = "--from-etcd", description = "Only nothing between it and etcd.")
        private boolean fromEtcd;

        @Override
        String on(Trouble trouble) {
            if (fromEtcd) {
                trouble.cutFromEtcd(host);
            } else {
                trouble.cut(host);
            }
            return host + " is cut off" + (fromEtcd ? " from etcd" : "") + ".\nNext: weft lab mend " + host;
        }
    }

    @Command(name = "mend", description = "Undo what \"cut\" did to a host.", mixinStandardHelpOptions = true)
    static final class Mend extends OnHost {
        @Override
        String on(Trouble trouble) {
            trouble.mend(host);
            return host + " is reached again.";
        }
    }

    @Command(
            name = "kill",
            description = "Kill a program with SIGKILL: an edge, or what runs on control.",
            mixinStandardHelpOptions = true)
    static final class Kill extends OnProgram {
        @Override
        String on(Trouble trouble) {
            trouble.kill(host, program);
            return program + " on " + host + " is dead.\nNext: weft lab start " + host
                    + (program.equals("edge") ? "" : " " + program);
        }
    }

    @Command(
            name = "start",
            description = "Start a program that does not run: an edge that is added, or comes back.",
            mixinStandardHelpOptions = true)
    static final class Start extends OnProgram {
        @Override
        String on(Trouble trouble) {
            trouble.start(host, program);
            return program + " runs on " + host + ".";
        }
    }

    @Command(
            name = "drain",
            description = "An edge takes no new clients, and gives its sessions to others.",
            mixinStandardHelpOptions = true)
    static final class Drain extends OnHost {
        @Option(
                names = "--deadline",
                paramLabel = "TIME",
                defaultValue = "15m",
                description = "Until then sessions in use stay; ${DEFAULT-VALUE} by default.")
        private String deadline = "15m";

        @Override
        String on(Trouble trouble) {
            trouble.drain(host, deadline);
            return host + " drains.\nNext: weft lab undrain " + host;
        }
    }

    @Command(
            name = "undrain",
            description = "An edge that drains takes clients again.",
            mixinStandardHelpOptions = true)
    static final class Undrain extends OnHost {
        @Override
        String on(Trouble trouble) {
            trouble.undrain(host);
            return host + " serves.";
        }
    }

    @Command(
            name = "skew",
            description = "The clock of a host's programs is ahead of the others', or behind.",
            mixinStandardHelpOptions = true)
    static final class Skew extends OnHost {
        @Parameters(index = "1", paramLabel = "TIME", description = "Such as 8s; 0s is right again.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String time;

        @Option(names = "--behind", description = "Behind rather than ahead.")
        private boolean behind;

        @Override
        String on(Trouble trouble) {
            Duration ahead = ahead();
            trouble.skew(host, ahead);
            return ahead.isZero()
                    ? "The clock of " + host + " is right."
                    : "The clock of " + host + " is " + time + (behind ? " behind" : " ahead")
                            + ".\nNext: weft lab skew " + host + " 0s";
        }

        private Duration ahead() {
            try {
                Duration length = Times.parse(time);
                return behind ? length.negated() : length;
            } catch (IllegalArgumentException e) {
                throw new CommandException("TIME: " + e.getMessage());
            }
        }
    }
}
