package weft.wireguard;

import org.jspecify.annotations.Nullable;

/**
 * A node of an immutable binary trie with compressed paths. It stands for the first {@code length} bits of the 128 in
 * {@code high} and {@code low}; its children share these bits and differ in the next. Null is the empty trie.
 */
record PrefixTrie<T>(
        long high,
        long low,
        int length,
        @Nullable T owner,
        @Nullable PrefixTrie<T> zero,
        @Nullable PrefixTrie<T> one) {

    @FunctionalInterface
    interface Visitor {
        void visit(long high, long low, int length);
    }

    static <T> @Nullable T find(@Nullable PrefixTrie<T> root, long high, long low) {
        T best = null;
        PrefixTrie<T> node = root;
        while (node != null && common(node.high, node.low, high, low) >= node.length) {
            if (node.owner != null) {
                best = node.owner;
            }
            if (node.length == 128) {
                break;
            }
            node = bit(high, low, node.length) ? node.one : node.zero;
        }
        return best;
    }

    static <T> PrefixTrie<T> put(@Nullable PrefixTrie<T> node, long high, long low, int length, T owner) {
        if (node == null) {
            return new PrefixTrie<>(high, low, length, owner, null, null);
        }
        int shared = Math.min(common(node.high, node.low, high, low), Math.min(node.length, length));
        if (shared < node.length) {
            PrefixTrie<T> leaf = new PrefixTrie<>(high, low, length, owner, null, null);
            return shared == length ? leaf.withChild(bit(node.high, node.low, length), node) : fork(node, leaf, shared);
        }
        if (shared == length) {
            return new PrefixTrie<>(high, low, length, owner, node.zero, node.one);
        }
        boolean side = bit(high, low, node.length);
        return node.withChild(side, put(side ? node.one : node.zero, high, low, length, owner));
    }

    static <T> @Nullable PrefixTrie<T> remove(@Nullable PrefixTrie<T> node, long high, long low, int length, T owner) {
        if (node == null || node.length > length || common(node.high, node.low, high, low) < node.length) {
            return node;
        }
        if (node.length == length) {
            return owner.equals(node.owner)
                    ? collapsed(new PrefixTrie<>(node.high, node.low, length, null, node.zero, node.one))
                    : node;
        }
        boolean side = bit(high, low, node.length);
        return collapsed(node.withChild(side, remove(side ? node.one : node.zero, high, low, length, owner)));
    }

    static <T> void visit(@Nullable PrefixTrie<T> node, T owner, Visitor visitor) {
        if (node == null) {
            return;
        }
        if (owner.equals(node.owner)) {
            visitor.visit(node.high, node.low, node.length);
        }
        visit(node.zero, owner, visitor);
        visit(node.one, owner, visitor);
    }

    private PrefixTrie<T> withChild(boolean side, @Nullable PrefixTrie<T> child) {
        return side
                ? new PrefixTrie<>(high, low, length, owner, zero, child)
                : new PrefixTrie<>(high, low, length, owner, child, one);
    }

    private static <T> PrefixTrie<T> fork(PrefixTrie<T> node, PrefixTrie<T> leaf, int length) {
        boolean side = bit(leaf.high, leaf.low, length);
        return new PrefixTrie<T>(leaf.high, leaf.low, length, null, null, null)
                .withChild(side, leaf)
                .withChild(!side, node);
    }

    /** A node without an owner is needed only where two paths part. */
    private static <T> @Nullable PrefixTrie<T> collapsed(PrefixTrie<T> node) {
        if (node.owner != null || (node.zero != null && node.one != null)) {
            return node;
        }
        return node.zero != null ? node.zero : node.one;
    }

    private static int common(long high, long low, long otherHigh, long otherLow) {
        long difference = high ^ otherHigh;
        return difference != 0 ? Long.numberOfLeadingZeros(difference) : 64 + Long.numberOfLeadingZeros(low ^ otherLow);
    }

    private static boolean bit(long high, long low, int index) {
        long word = index < 64 ? high : low;
        return (word << (index & 63)) < 0;
    }
}
