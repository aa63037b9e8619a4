-- Its own Dispatched was read in the log. Until then a final fact may stand before it there, and the launcher drops the order.
alter table dispatched add column logged boolean not null default false;

-- A replica that freezes or vanishes in the middle of a transaction must not keep the ledger's lock.
do $$
begin
    execute format('alter database %I set idle_in_transaction_session_timeout = ''15s''', current_database());
    execute format('alter database %I set statement_timeout = ''30s''', current_database());
    execute format('alter database %I set tcp_keepalives_idle = 5', current_database());
    execute format('alter database %I set tcp_keepalives_interval = 2', current_database());
    execute format('alter database %I set tcp_keepalives_count = 3', current_database());
end $$;

-- How many units of a resource were given back: as many of its waiters may be able to run.
alter table freed add column units int not null default 1;

-- Which recipients of a long line were compared last, so that the next tick compares the ones after them.
create table line_turn (
    resource  text primary key,
    recipient text not null
);

-- Whoever waited past the bound was looked at once for that reason alone.
alter table queue add column aged boolean not null default false;
create index queue_ageing on queue (submitted_at) where not aged;
drop index queue_integrity;
drop index queue_age;
create index queue_aged on queue (parked_on, submitted_at, transfer_id) where aged;

-- What a transfer that waited past the bound holds back from younger ones, one unit of each. No slot: it counts nothing that runs.
create table reservation (
    resource     text        primary key,
    transfer_id  uuid        not null,
    submitted_at timestamptz not null,
    expires_at   timestamptz not null
);
create index reservation_transfer on reservation (transfer_id);
create index reservation_expiry on reservation (expires_at);

-- Rows of these tables live for moments: vacuum by their number. And all statements look up few rows of what may be a
-- long queue, also those that were planned while it was short.
alter table queue set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
alter table dispatched set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, fillfactor = 70);
alter table slot set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
alter table freed set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
alter table reservation set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
do $$
begin
    execute format('alter database %I set enable_seqscan = off', current_database());
    execute format('alter database %I set enable_hashjoin = off', current_database());
    execute format('alter database %I set enable_mergejoin = off', current_database());
    execute format('alter database %I set plan_cache_mode = force_generic_plan', current_database());
end $$;

-- What is not over, for whoever compares it with queue and slots.
create index transfer_open on transfer (transfer_id) where over_at is null;
create index dispatched_destination on dispatched (destination, kind);
