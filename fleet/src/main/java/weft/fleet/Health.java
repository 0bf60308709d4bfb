package weft.fleet;

import java.util.function.IntPredicate;

/**
 * Whether an edge's data path works, by the outcomes of probes through it, and what the edge does about it. That a process
 * runs and its heartbeats go out says little: a firewall may swallow what devices send, a TUN may be down, a host may hear nothing.
 *
 * <p>Sick is whose last {@link #FAILURES} probes all failed. Well again is who has answered a number of probes in a row:
 * {@link #RECOVERY}, and twice as many after each relapse, so that an edge on the brink does not pull sessions to and fro.
 *
 * <p>A sick edge hands its sessions over, unless too few others would be left: what makes half a city sick, such as a flood
 * or a mistake in all edges' rules, is not mended by leaving. One that has not heard any other edge for {@link #DEAF} cannot know
 * that its sessions arrived anywhere: it leaves as if dead, and the others take them. But not if it heard nobody long before it
 * fell sick: then there may be nobody.
 *
 * <p>A state machine. Times are in nanoseconds. One thread's.
 */
public final class Health {
    /** Failed probes in a row. */
    static final int FAILURES = 4;

    /** Answered probes in a row. */
    static final int RECOVERY = 8;

    static final int MOST_RECOVERY = 32;

    /** Who falls sick within this time after it was well again has a relapse. */
    static final long RELAPSE = 120_000_000_000L;

    /** Far longer than a busy machine keeps heartbeats waiting. */
    static final long DEAF = 3_000_000_000L;

    /** Who fell sick this long after it had heard somebody may have gone deaf by the same fault. */
    static final long TOGETHER = 10_000_000_000L;

    /** What an edge does. */
    public enum Course {
        /** Serves, whether it is well or not. */
        STAY,
        /** Hands its sessions over, and takes no new ones. */
        HAND_OVER,
        /** Says good-bye and falls silent. */
        LEAVE
    }

    private boolean sick;
    private int failed;
    private int answered;
    private int needed = RECOVERY;
    private boolean wasSick;
    private long wellSince;
    private long sickSince;
    private Course course = Course.STAY;

    /** @return whether it has fallen sick, or is well again, by this */
    public boolean probed(boolean success, long now) {
        failed = success ? 0 : failed + 1;
        answered = success ? answered + 1 : 0;
        if (!sick && failed >= FAILURES) {
            needed = wasSick && now - wellSince < RELAPSE ? Math.min(2 * needed, MOST_RECOVERY) : RECOVERY;
            sick = true;
            sickSince = now;
            wasSick = true;
            return true;
        }
        if (sick && answered >= needed) {
            sick = false;
            wellSince = now;
            return true;
        }
        return false;
    }

    public boolean isSick() {
        return sick;
    }

    /** Probes that have to be answered yet before it counts as well; 0 if it does. */
    public int missing() {
        return sick ? needed - answered : 0;
    }

    /**
     * What to do, as the city stands. Who leaves stays away until it is well: it cannot judge who is there.
     *
     * @param takes whether the edge of a place takes clients
     * @param heard when another edge was heard last that has not said good-bye since
     */
    public Course course(CityView view, IntPredicate takes, long heard, long now) {
        if (!sick) {
            course = Course.STAY;
        } else if (course != Course.LEAVE) {
            course = next(view, takes, heard, now);
        }
        return course;
    }

    private Course next(CityView view, IntPredicate takes, long heard, long now) {
        if (view.size() > 1 && now - heard >= DEAF && sickSince - heard <= TOGETHER) {
            return Course.LEAVE;
        }
        int serving = 0;
        for (int place = 0; place < view.size(); place++) {
            serving += place != view.self() && view.isAlive(place) && takes.test(place) ? 1 : 0;
        }
        boolean enough = 2 * serving >= view.size();
        return enough || course == Course.HAND_OVER ? Course.HAND_OVER : Course.STAY;
    }
}
