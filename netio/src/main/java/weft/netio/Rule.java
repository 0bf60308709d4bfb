package weft.netio;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A policy routing rule that leads to a table ({@code ip rule}); made by {@link #lookup} and methods that each return a
 * changed copy.
 *
 * @param priority lower is asked first; 0 leaves the choice to the kernel: one below the lowest but zero
 * @param mark matched against the packet's mark under {@code mask}; a mask of 0 matches all
 * @param from source block; {@code iif} incoming interface
 * @param suppressPrefixLength routes of this length or shorter count as not found
 * @param invert the rule holds where the conditions do not ({@code ip rule add not …})
 */
public record Rule(
        Family family,
        int table,
        int priority,
        int mark,
        int mask,
        Optional<Prefix> from,
        Optional<String> iif,
        OptionalInt suppressPrefixLength,
        boolean invert) {
    public static Rule lookup(Family family, int table) {
        return new Rule(family, table, 0, 0, 0, Optional.empty(), Optional.empty(), OptionalInt.empty(), false);
    }

    public Rule priority(int changed) {
        return new Rule(family, table, changed, mark, mask, from, iif, suppressPrefixLength, invert);
    }

    /** Matches this mark, all 32 bits. */
    public Rule mark(int changed) {
        return mark(changed, -1);
    }

    public Rule mark(int changed, int changedMask) {
        return new Rule(family, table, priority, changed, changedMask, from, iif, suppressPrefixLength, invert);
    }

    public Rule from(Prefix changed) {
        return new Rule(family, table, priority, mark, mask, Optional.of(changed), iif, suppressPrefixLength, invert);
    }

    public Rule iif(String changed) {
        return new Rule(family, table, priority, mark, mask, from, Optional.of(changed), suppressPrefixLength, invert);
    }

    public Rule suppressPrefixLength(int changed) {
        return new Rule(family, table, priority, mark, mask, from, iif, OptionalInt.of(changed), invert);
    }

    public Rule inverted() {
        return new Rule(family, table, priority, mark, mask, from, iif, suppressPrefixLength, !invert);
    }

    /** Much as {@code ip rule} prints it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (priority != 0) {
            text.append(Integer.toUnsignedString(priority)).append(": ");
        }
        text.append(invert ? "not from " : "from ")
                .append(from.map(Prefix::toString).orElse("all"));
        if (mask != 0) {
            text.append(" fwmark 0x").append(Integer.toHexString(mark));
        }
        if (mask != 0 && mask != -1) {
            text.append("/0x").append(Integer.toHexString(mask));
        }
        iif.ifPresent(name -> text.append(" iif ").append(name));
        text.append(" lookup ").append(Integer.toUnsignedString(table));
        suppressPrefixLength.ifPresent(
                length -> text.append(" suppress_prefixlength ").append(length));
        return text.toString();
    }
}
