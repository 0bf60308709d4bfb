package weft.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Long random sequences of what happens to a fleet; {@link Simulation} fails by itself where a session is lost for no reason. */
class SimulationTest {
    @Test
    void aFleetThatChangesAllTheTimeLosesSessionsOnlyToDeathsInPairs() {
        run(5, 12, 3_000, 2_000, 60);
    }

    @Test
    @Tag("full")
    void soDoesAWorldOf194CitiesAndTwoMillionDevices() {
        run(194, 64, 2_000_000, 500_000, 1_000);
    }

    private static void run(int cities, int greatest, int devices, int connected, int steps) {
        long seed = new Random().nextLong();
        System.out.printf("simulation of seed %d%n", seed);
        Simulation world = new Simulation(seed, cities, greatest, devices, connected);
        for (int i = 0; i < steps; i++) {
            world.step();
        }
        world.reckon();
        world.print(System.out);
        assertThat(world.row(Simulation.Kind.KILL).lost).isZero();
        assertThat(world.row(Simulation.Kind.LEAVE).lost).isZero();
        assertThat(world.row(Simulation.Kind.KILL).takeOvers).isPositive();
    }
}
