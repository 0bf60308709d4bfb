package weft.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import weft.lab.Demo;

/** The main job on real parts, in a world of its own. */
@Command(
        name = "demo",
        description = {
            "Show Weft at work, in private worlds of network namespaces; no root needed.",
            "First a device goes online by one edge, then a fleet loses edges under a device."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print one JSON object at the end.")
    private boolean json;

    @Option(names = "--keep", description = "Leave the last world up, to look around in.")
    private boolean keep;

    @Parameters(arity = "0..1", paramLabel = "PART", description = "device or fleet; both if not given.")
    private Demo.@Nullable Part part;

    @Override
    public Integer call() {
        List<Demo.Part> parts = part == null ? List.of(Demo.Part.values()) : List.of(part);
        return Demo.run(Program.command(), new Demo.Options(parts, json, keep), System.out, System.err);
    }
}
