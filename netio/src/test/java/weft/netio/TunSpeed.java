package weft.netio;

/** Prints what iperf3 gets through two TUNs and this JVM between them, one thread a direction; run by hand as root. */
final class TunSpeed {
    private static final String SECONDS = "4";

    private TunSpeed() {}

    public static void main(String[] args) throws Exception {
        for (boolean offload : new boolean[] {true, false}) {
            TunPair.with(offload, pair -> {
                Process server = Namespaces.within(
                        pair.second,
                        () -> new ProcessBuilder("iperf3", "-s", "-B", "10.9.0.2")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start());
                try {
                    Thread.sleep(500);
                    for (String streams : new String[] {"1", "1", "4"}) {
                        long before = pair.cpuNanos();
                        String output = Namespaces.within(
                                pair.first,
                                () -> TestNamespace.run("iperf3 -c 10.9.0.2 -f g -t " + SECONDS + " -P " + streams));
                        System.out.println(pair.firstTun.describe() + ", streams " + streams + ": " + last(output));
                        System.out.printf("  CPU of the two pipes: %.2f s%n", (pair.cpuNanos() - before) / 1e9);
                    }
                } finally {
                    server.destroy();
                    server.waitFor();
                }
            });
        }
    }

    private static String last(String output) {
        return output.lines().filter(line -> line.contains("receiver")).reduce("", (a, b) -> b);
    }
}
