-- The one row that every save locks, so that revisions are published in order.
create table catalog (
    singleton         boolean primary key default true check (singleton),
    revision          bigint  not null check (revision >= 1),
    frequency_minutes int     not null check (frequency_minutes between 1 and 1440)
);

-- `record` is the Avro that is published too. `place` is where a destination's rows lie.
create table thing (
    id       uuid   primary key,
    kind     text   not null check (kind in ('organization', 'source', 'model', 'recipient', 'destination')),
    name     text   not null check (name <> ''),
    revision bigint not null unique,
    place    text   check ((place is not null) = (kind = 'destination')),
    record   bytea  not null,
    unique (kind, name)
);
create unique index one_organization on thing (kind) where kind = 'organization';
create unique index one_destination_at_a_place on thing (place);

-- What is referred to cannot be deleted.
create table reference (
    referrer uuid not null references thing on delete cascade,
    referred uuid not null references thing,
    primary key (referrer, referred)
);
create index reference_by_referred on reference (referred);

-- open_transfer: a scheduled transfer whose end has not been seen; there is never a second one.
create table schedule (
    destination       uuid        primary key references thing on delete cascade,
    enabled           boolean     not null,
    frequency_minutes int         not null check (frequency_minutes between 0 and 1440),
    since             timestamptz not null,
    asked_at          timestamptz,
    open_transfer     uuid        unique,
    check (open_transfer is null or asked_at is not null)
);
create index schedule_waiting on schedule (destination) where enabled and open_transfer is null;

-- The last point of the grid that was asked for: two replicas cannot ask for one point twice.
create table asked_point (
    destination uuid        not null references schedule on delete cascade,
    point       timestamptz not null,
    transfer_id uuid        not null unique,
    primary key (destination, point)
);

-- Those facts of open scheduled transfers that decide whether a later fact is their end.
create table open_fact (
    transfer_id uuid not null references schedule (open_transfer) on delete cascade,
    n           int  not null,
    fact        bytea not null,
    primary key (transfer_id, n)
);

-- Answers by idempotency key.
create table answer (
    path        text        not null,
    key         text        not null,
    fingerprint text        not null,
    status      int         not null,
    body        text        not null,
    given_at    timestamptz not null,
    primary key (path, key)
);
create index answer_by_age on answer (given_at);
