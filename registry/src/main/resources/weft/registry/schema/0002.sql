-- The last 4096 changes of devices, as JSON: what the edges of every registry on this database are told.
CREATE TABLE device_change (
    number BIGINT PRIMARY KEY,
    change TEXT   NOT NULL
);

-- One row. Whoever adds a change updates it, and holds its lock until the commit: so changes become visible in the order
-- of their numbers, without a gap. The run names this numbering; under another name the numbers mean something else.
CREATE TABLE device_change_head (
    run    TEXT   NOT NULL,
    newest BIGINT NOT NULL
);

INSERT INTO device_change_head (run, newest) VALUES ('', 0);
