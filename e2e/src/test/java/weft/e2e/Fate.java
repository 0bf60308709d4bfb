package weft.e2e;

import java.util.List;
import java.util.Locale;
import weft.lab.Fleet;
import weft.lab.World;

/** What takes an edge away at once. */
enum Fate {
    /** Its process, by kill -9. */
    KILLED {
        @Override
        void befall(World world, Fleet fleet, String edge) {
            fleet.edge(edge).kill();
        }

        @Override
        void undo(World world, Fleet fleet, List<String> edges) {
            fleet.startEdges(edges);
        }
    },
    /** Its host, with a process that goes on. */
    CUT_OFF {
        @Override
        void befall(World world, Fleet fleet, String edge) {
            world.cut(edge);
        }

        @Override
        void undo(World world, Fleet fleet, List<String> edges) {
            edges.forEach(world::mend);
        }
    };

    abstract void befall(World world, Fleet fleet, String edge);

    abstract void undo(World world, Fleet fleet, List<String> edges);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
