package weft.tunnel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import weft.wireguard.Opener;

/**
 * Receiver index → session. The control agent writes, the inbound agents read without locks or allocation.
 *
 * <p>Open addressing with linear probing. A slot is published by one volatile array store; a removed one leaves a
 * tombstone, so that a reader in mid-probe never misses an entry behind it. Growing and cleaning build a new array and
 * publish that.
 */
final class OpenerTable {
    /** A session as the inbound agents need it. */
    record Entry(int index, Opener opener, Link link, int shard) {}

    private static final int MIN_SLOTS = 16;

    private volatile Slots slots = new Slots(MIN_SLOTS);
    private int used;
    private int live;

    @Nullable
    Entry get(int index) {
        Slots current = slots;
        for (int i = current.home(index); ; i = current.after(i)) {
            Slot slot = current.get(i);
            if (slot == null) {
                return null;
            }
            if (slot.index == index && slot.entry != null) {
                return slot.entry;
            }
        }
    }

    void put(int index, Opener opener, Link link) {
        if (2 * (used + 1) > slots.size()) {
            rebuild();
        }
        Slots current = slots;
        int i = current.home(index);
        while (current.get(i) != null) {
            i = current.after(i);
        }
        current.set(i, new Slot(index, new Entry(index, opener, link, link.shard())));
        used++;
        live++;
    }

    void remove(int index) {
        Slots current = slots;
        for (int i = current.home(index); ; i = current.after(i)) {
            Slot slot = current.get(i);
            if (slot == null) {
                return;
            }
            if (slot.index == index && slot.entry != null) {
                current.set(i, new Slot(index, null));
                live--;
                return;
            }
        }
    }

    int size() {
        return live;
    }

    private void rebuild() {
        Slots old = slots;
        int size = MIN_SLOTS;
        while (size < 4 * (live + 1)) {
            size *= 2;
        }
        Slots fresh = new Slots(size);
        for (int i = 0; i < old.size(); i++) {
            Slot slot = old.get(i);
            if (slot != null && slot.entry != null) {
                int at = fresh.home(slot.index);
                while (fresh.get(at) != null) {
                    at = fresh.after(at);
                }
                fresh.set(at, slot);
            }
        }
        used = live;
        slots = fresh;
    }

    private record Slot(int index, @Nullable Entry entry) {}

    private static final class Slots {
        private final AtomicReferenceArray<@Nullable Slot> array;
        private final int mask;

        Slots(int size) {
            array = new AtomicReferenceArray<>(size);
            mask = size - 1;
        }

        int size() {
            return mask + 1;
        }

        int home(int index) {
            return ((index * 0x9E3779B9) >>> 7) & mask;
        }

        int after(int i) {
            return (i + 1) & mask;
        }

        @Nullable
        Slot get(int i) {
            return array.getAcquire(i);
        }

        void set(int i, Slot slot) {
            array.setRelease(i, slot);
        }
    }
}
