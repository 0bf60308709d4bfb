package weft.wireguard;

import static weft.wireguard.Oracle.aead;
import static weft.wireguard.Oracle.ascii;
import static weft.wireguard.Oracle.concat;
import static weft.wireguard.Oracle.dh;
import static weft.wireguard.Oracle.dhPublic;
import static weft.wireguard.Oracle.hash;
import static weft.wireguard.Oracle.kdf;
import static weft.wireguard.Oracle.little;
import static weft.wireguard.Oracle.mac;

/** One whole handshake, written straight down from sections 5.4.2 to 5.4.7 of the whitepaper, with all keys known. */
record OracleHandshake(byte[] initiation, byte[] response, byte[] initiatorSends, byte[] responderSends) {
    /** What both sides know and choose; all of 32 bytes but the timestamp. */
    record Inputs(
            byte[] si, byte[] sr, byte[] ei, byte[] er, byte[] psk, byte[] timestamp, int initiator, int responder) {}

    static OracleHandshake of(Inputs in) {
        byte[] empty = {};
        byte[] siPub = dhPublic(in.si);
        byte[] srPub = dhPublic(in.sr);
        byte[] eiPub = dhPublic(in.ei);
        byte[] erPub = dhPublic(in.er);

        byte[] c = hash(ascii("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"));
        byte[] h = hash(c, ascii("WireGuard v1 zx2c4 Jason@zx2c4.com"));
        h = hash(h, srPub);
        c = kdf(c, eiPub)[0];
        h = hash(h, eiPub);
        byte[][] t = kdf(c, dh(in.ei, srPub));
        c = t[0];
        byte[] sealedStatic = aead(t[1], 0, siPub, h);
        h = hash(h, sealedStatic);
        t = kdf(c, dh(in.si, srPub));
        c = t[0];
        byte[] sealedTimestamp = aead(t[1], 0, in.timestamp, h);
        h = hash(h, sealedTimestamp);
        byte[] initiation = macs(
                srPub, concat(new byte[] {1, 0, 0, 0}, little(in.initiator), eiPub, sealedStatic, sealedTimestamp));

        c = kdf(c, erPub)[0];
        h = hash(h, erPub);
        c = kdf(c, dh(in.er, eiPub))[0];
        c = kdf(c, dh(in.er, siPub))[0];
        t = kdf(c, in.psk);
        c = t[0];
        h = hash(h, t[1]);
        byte[] sealedEmpty = aead(t[2], 0, empty, h);
        byte[] response = macs(
                siPub, concat(new byte[] {2, 0, 0, 0}, little(in.responder), little(in.initiator), erPub, sealedEmpty));

        t = kdf(c, empty);
        return new OracleHandshake(initiation, response, t[0], t[1]);
    }

    /** Appends mac1 and, as there is no cookie, zeros for mac2. */
    private static byte[] macs(byte[] receiver, byte[] message) {
        return concat(message, mac1(receiver, message), new byte[16]);
    }

    static byte[] mac1(byte[] receiver, byte[] message) {
        return mac(hash(ascii("mac1----"), receiver), message);
    }

    static byte[] transport(int receiver, long counter, byte[] key, byte[] packet) {
        return concat(
                new byte[] {4, 0, 0, 0}, little(receiver), little(counter), aead(key, counter, packet, new byte[0]));
    }

    static byte[] cookieReply(int receiver, byte[] sealerPublic, byte[] nonce, byte[] mac1, byte[] cookie) {
        byte[] key = hash(ascii("cookie--"), sealerPublic);
        return concat(new byte[] {3, 0, 0, 0}, little(receiver), nonce, Oracle.xaead(key, nonce, cookie, mac1));
    }
}
