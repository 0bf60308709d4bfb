package weft.fleet;

/** A pseudo-random function: whoever lacks the secret cannot tell its outputs from random bytes. Stateless. */
@FunctionalInterface
public interface Prf {
    /** Bytes of an output. */
    int SIZE = 32;

    /**
     * @param label what the output is for, in ASCII; outputs under different labels or numbers have nothing to do with each
     *     other
     * @return {@value #SIZE} bytes, the caller's to zero
     */
    byte[] derive(byte[] secret, String label, long n);
}
