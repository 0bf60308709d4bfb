package weft.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an account is entitled to. The names on the wire are those of the consumer API. */
public enum AccountType {
    /** WARP: the tunnel. */
    @JsonProperty("free")
    FREE,
    /** WARP+: the tunnel, and the fastest route behind it. */
    @JsonProperty("unlimited")
    PLUS
}
