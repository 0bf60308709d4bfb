package weft.fleet;

/** The table of bench/scale: cities, edges of the greatest, devices, connected devices, steps, seed. */
public final class SimulationBench {
    private static final int TELL = 100;

    private SimulationBench() {}

    public static void main(String[] arguments) {
        int[] sizes = new int[5];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = Integer.parseInt(arguments[i]);
        }
        Simulation world = new Simulation(Long.parseLong(arguments[5]), sizes[0], sizes[1], sizes[2], sizes[3]);
        System.err.printf("%d cities with %d edges, %d sessions%n", sizes[0], world.edges(), sizes[3]);
        for (int i = 1; i <= sizes[4]; i++) {
            world.step();
            if (i % TELL == 0) {
                System.err.printf("%d of %d events%n", i, sizes[4]);
            }
        }
        world.reckon();
        world.print(System.out);
        System.out.println("simulation.edges " + world.edges());
    }
}
