package weft.lab;

import java.time.Duration;

/** A program with a world of its own: brings a tunnel up, says what it sees, then waits to be killed. */
final class Inhabitant {
    private Inhabitant() {}

    public static void main(String... arguments) throws InterruptedException {
        World world = World.raise(Topology.oneCity());
        Website.start(world, 1 << 20);
        StockTunnel.up(world);
        System.out.println(world.host(Topology.PHONE).output("curl", "-sS", "http://" + Topology.V6_NAME + "/"));
        System.out.println(world.pid());
        Thread.sleep(Duration.ofMinutes(1));
    }
}
