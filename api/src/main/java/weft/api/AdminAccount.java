package weft.api;

import java.time.Instant;

/**
 * An account as an admin sees it. Its license is asked for on its own: {@link AdminClient#license(String)}.
 *
 * @param devices how many are on it
 * @param maxDevices how many may be
 * @param kept whether it outlives its last device: those do that an admin made
 */
public record AdminAccount(
        String id, AccountType plan, int devices, int maxDevices, boolean kept, Instant created, Instant updated) {}
