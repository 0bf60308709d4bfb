package weft.lab;

import java.util.List;
import java.util.Optional;

/** A part of the demo, in a world of its own, which its first step raises and {@link #close} ends. */
interface Scenario extends AutoCloseable {
    List<Step> steps();

    /** Empty before its first step. */
    Optional<World> world();

    @Override
    void close();
}
