-- Exclusion of text by equality and inequality. A trusted extension: the database's owner may create it.
create extension if not exists btree_gist;

-- A tick's statement is large in the planner's eyes and small in what it reads: compiling it would cost more than running it.
do $$
begin
    execute format('alter database %I set jit = off', current_database());
end $$;

-- Every transfer that was taken in. It outlives queue and slots, so that a repeated request, fact or release is harmless.
-- No epoch, not over: in the queue. Epoch, not over: dispatched.
create table transfer (
    transfer_id uuid primary key,
    kind        text not null check (kind in ('TRANSFER', 'INTEGRITY', 'RESTORE')),
    epoch       bigint,
    over_at     timestamptz
);
create index transfer_over on transfer (over_at) where over_at is not null;

create table queue (
    transfer_id   uuid primary key references transfer,
    kind          text        not null,
    request       bytea       not null,
    submitted_at  timestamptz not null,
    expires_at    timestamptz not null,
    destination   text,                       -- ids, once the names are known
    recipient     text,
    parked_on     text,                       -- null: to be looked at in the next tick
    told_of       text,                       -- the resource of the last Blocked fact
    turn          bigint      not null default 0 check (turn >= 0),
    unknown_until timestamptz,                -- set while names of the request are unknown
    check (parked_on is null or parked_on = 'catalog' or (destination is not null and recipient is not null))
);
create index queue_fresh on queue (submitted_at, transfer_id) where parked_on is null;
create index queue_line on queue (parked_on, recipient, submitted_at, transfer_id) where parked_on is not null;
create index queue_age on queue (parked_on, submitted_at, transfer_id) where parked_on is not null;
create index queue_integrity on queue (destination, submitted_at) where kind = 'INTEGRITY';
create index queue_unknown on queue (unknown_until) where parked_on = 'catalog';

create table dispatched (
    transfer_id uuid    primary key references transfer,
    epoch       bigint  not null unique,
    destination text    not null,
    recipient   text    not null,
    kind        text    not null,
    run         uuid,                          -- the first started one
    learned     boolean not null default false, -- found in the log, not granted here: it is as it is
    exclude using gist (destination with =, kind with <>) where (not learned)
);
create index dispatched_recipient on dispatched (recipient);

-- n: the lowest free number up to the limit; no number is granted twice.
create table slot (
    resource    text not null,
    n           int  not null check (n >= 1),
    transfer_id uuid not null references dispatched on delete cascade,
    primary key (resource, n)
);
create index slot_transfer on slot (transfer_id);

-- Resources that have waiters and got room: the work of the next tick.
create table freed (
    resource text   primary key,
    id       bigint not null generated always as identity
);
create index freed_turn on freed (id);

create table epoch (
    only_row boolean primary key default true check (only_row),
    last     bigint  not null
);
insert into epoch (last) values (0);

-- The ledger's copy of the catalog. A null record is a tombstone.
create table catalog_copy (
    key      text   primary key,
    revision bigint not null,
    record   bytea,
    version  bigint not null
);
create index catalog_copy_version on catalog_copy (version);

-- Rises with each change of the copy, so that every replica knows whether what it has decoded is current.
create table catalog_version (
    only_row boolean primary key default true check (only_row),
    version  bigint  not null,
    revision bigint  not null
);
insert into catalog_version (version, revision) values (0, 0);

create table launcher (
    launcher text        primary key,
    host     text        not null,
    capacity int         not null check (capacity >= 0),
    running  int         not null,
    heard_at timestamptz not null
);
