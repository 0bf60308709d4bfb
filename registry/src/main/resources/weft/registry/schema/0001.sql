-- One schema for SQLite and PostgreSQL. Times are milliseconds since 1970; hashes are SHA-256 in hex.

CREATE TABLE account (
    id          TEXT    PRIMARY KEY,
    type        TEXT    NOT NULL,
    -- In the clear, since its devices may read it (wgcf compares it with its own copy). It puts a device on this
    -- account, as long as there are fewer than max_devices; it opens no device and no traffic.
    license     TEXT    NOT NULL UNIQUE,
    max_devices INTEGER NOT NULL,
    kept        BOOLEAN NOT NULL,
    created     BIGINT  NOT NULL,
    updated     BIGINT  NOT NULL
);

CREATE TABLE device (
    id            TEXT    PRIMARY KEY,
    account_id    TEXT    NOT NULL REFERENCES account (id),
    token_hash    TEXT    NOT NULL,
    public_key    TEXT    NOT NULL UNIQUE,
    preshared_key TEXT,
    client_id     INTEGER NOT NULL CHECK (client_id BETWEEN 1 AND 16777215),
    inner4        BIGINT  NOT NULL UNIQUE,
    inner6        TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    model         TEXT    NOT NULL,
    type          TEXT    NOT NULL,
    locale        TEXT    NOT NULL,
    tos           TEXT    NOT NULL,
    group_name    TEXT,
    -- What the admin says: WAITING, ADMITTED or BLOCKED.
    standing      TEXT    NOT NULL,
    -- What the device's owner says.
    active        BOOLEAN NOT NULL,
    created       BIGINT  NOT NULL,
    updated       BIGINT  NOT NULL
);

CREATE INDEX device_client_id ON device (client_id);

CREATE INDEX device_account ON device (account_id);

CREATE INDEX device_standing ON device (standing);

CREATE TABLE invite (
    id         TEXT    PRIMARY KEY,
    token_hash TEXT    NOT NULL UNIQUE,
    uses_left  INTEGER NOT NULL,
    expires    BIGINT  NOT NULL,
    revoked    BOOLEAN NOT NULL,
    plan       TEXT    NOT NULL,
    account_id TEXT    REFERENCES account (id),
    group_name TEXT,
    note       TEXT    NOT NULL,
    created    BIGINT  NOT NULL
);

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- One row. Whoever hands out an address or a client id updates it first, and so holds its lock until the commit.
CREATE TABLE allocator (
    next4 BIGINT NOT NULL
);

INSERT INTO allocator (next4) VALUES (0);
