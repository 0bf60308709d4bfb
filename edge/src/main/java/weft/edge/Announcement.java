package weft.edge;

/**
 * Whether the routers in front lead packets for the anycast addresses to this edge: they do while nothing speaks against it.
 * Sessions stay, and what other edges pass on is served all the same. From any thread; returns at once.
 */
interface Announcement {
    /** What can speak against it. */
    enum Obstacle {
        STARTING,
        DRAINING,
        /** Its data path does not work, and it hears no other edge. */
        SICK,
        ENDING
    }

    /** Said again, nothing changes. */
    void withdraw(Obstacle why);

    /** The obstacle is gone; the same. */
    void restore(Obstacle gone);
}
