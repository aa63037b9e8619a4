-- How far each reader has applied each partition of each topic that it ever saw.
create table inbox (
    reader    text        not null,
    topic_id  uuid        not null,
    partition int         not null check (partition >= 0),
    topic     text        not null,
    next      bigint      not null check (next >= 0),
    made_at   timestamptz not null default clock_timestamp(),
    primary key (reader, topic_id, partition)
);

-- Records that wait to be published. Ids are drawn in the order in which records are added;
-- a row is deleted when the broker has acknowledged it.
-- Key and headers are bytes: text cannot hold every string that a foreign producer sends.
create table outbox (
    id       bigint      generated always as identity primary key,
    topic    text        not null,
    key      bytea       not null,
    value    bytea,
    headers  bytea       not null,
    added_at timestamptz not null default clock_timestamp()
) with (
    -- rows live for milliseconds: vacuum by their number, not by the size of an empty table
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 5000
);
