-- By which of the fleet's public keys a device made its last session that an edge told of, and when it was told.
CREATE TABLE device_fleet_key (
    device_id TEXT   PRIMARY KEY REFERENCES device (id) ON DELETE CASCADE,
    fleet_key TEXT   NOT NULL,
    seen      BIGINT NOT NULL
);
