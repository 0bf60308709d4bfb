package weft.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import weft.lab.Demo;

/** The main job on real parts, in a world of its own. */
@Command(
        name = "demo",
        description = "Show a device going online, in a private world of network namespaces; no root needed.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print one JSON object at the end.")
    private boolean json;

    @Option(names = "--keep", description = "Leave the world up, to look around in.")
    private boolean keep;

    @Override
    public Integer call() {
        return Demo.run(Program.command(), new Demo.Options(json, keep), System.out, System.err);
    }
}
