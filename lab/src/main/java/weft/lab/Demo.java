package weft.lab;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Shows Weft at work: a device that goes online by one edge, and a fleet of which edges are lost under a device.
 *
 * <p>Every role is a process of its own in its own host. A world ends with the program, so a Ctrl-C needs no care.
 */
public final class Demo {
    /** What is shown. */
    public enum Part {
        /** One edge and a device. */
        DEVICE,
        /** Two cities of edges, and a device. */
        FLEET
    }

    /**
     * How it runs.
     *
     * @param parts in this order
     * @param json one JSON object at the end, instead of text while it happens
     * @param keep the last part's world stays when the demo has ended, well or not
     */
    public record Options(List<Part> parts, boolean json, boolean keep) {
        public Options {
            parts = List.copyOf(parts);
        }
    }

    private final List<Scenario> scenarios = new ArrayList<>();

    private Demo(List<String> program, List<Part> parts) {
        for (Part part : parts) {
            scenarios.add(
                    switch (part) {
                        case DEVICE -> new DeviceDemo(program);
                        case FLEET -> new FleetDemo(program);
                    });
        }
    }

    /**
     * Runs it, for half a minute or so a part.
     *
     * @param program what starts Weft, with all but its arguments
     * @return the exit status: 0 only if every step held
     */
    public static int run(List<String> program, Options options, PrintStream out, PrintStream errors) {
        Demo demo = new Demo(program, options.parts());
        Narrator narrator = new Narrator(out, errors, options.json());
        try {
            boolean ok = narrator.tell(demo.steps());
            if (options.keep()) {
                demo.keep(narrator);
            }
            return ok ? 0 : 1;
        } finally {
            if (!options.keep()) {
                demo.scenarios.forEach(Scenario::close);
            }
        }
    }

    /** One world at a time: a scenario's is gone before the next one begins. */
    private List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        Optional<Scenario> before = Optional.empty();
        for (Scenario scenario : scenarios) {
            List<Step> own = scenario.steps();
            Step first = own.getFirst();
            Optional<Scenario> over = before;
            steps.add(new Step(first.name(), first.shows(), figures -> {
                over.ifPresent(Scenario::close);
                first.action().run(figures);
            }));
            steps.addAll(own.subList(1, own.size()));
            before = Optional.of(scenario);
        }
        return steps;
    }

    private void keep(Narrator narrator) {
        scenarios.reversed().stream()
                .flatMap(scenario -> scenario.world().stream())
                .findFirst()
                .ifPresent(world -> {
                    world.keep();
                    narrator.say("""
                            World %d stays. Look around with
                              weft lab list
                              weft lab enter phone
                            and end it with
                              weft lab end""".formatted(world.pid()));
                });
    }
}
