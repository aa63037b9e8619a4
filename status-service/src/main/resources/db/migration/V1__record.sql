-- Every fact of every transfer, as it stood in the log. Nothing else is needed to make all other rows anew.
create table fact (
    transfer_id uuid        not null,
    n           bigint      not null generated always as identity,  -- order of the log within a transfer
    type        text        not null,
    appended_at timestamptz not null,
    partition   int         not null check (partition >= 0),
    log_offset  bigint      not null check (log_offset >= 0),
    digest      bytea       not null check (octet_length(digest) = 32),
    void        boolean     not null,
    deciding    boolean     not null,                               -- the record would be another without it
    bytes       bytea       not null,
    primary key (transfer_id, n),
    unique (transfer_id, digest),                                   -- a fact already known changes nothing
    check (not (void and deciding))
);
create index fact_deciding on fact (transfer_id, n) where deciding;

-- The fold of the facts. Columns are what transfers are found by; `record` is what users see.
create table transfer (
    transfer_id      uuid        primary key,
    status           text        not null check (status in ('PENDING', 'RUNNING', 'SUCCESS', 'PARTIAL_FAILURE', 'ERROR', 'CANCELLED', 'KILLED', 'EXPIRED', 'ORPHANED')),
    kind             text        check (kind in ('TRANSFER', 'INTEGRITY', 'RESTORE')),
    destination_id   text,
    destination_name text,
    recipient_id     text,
    source_ids       text[]      not null,
    models           text[]      not null,
    tags             jsonb       not null check (jsonb_typeof(tags) = 'object'),
    seen_at          timestamptz not null,
    submitted_at     timestamptz not null,
    started_at       timestamptz,
    ended_at         timestamptz,
    expires_at       timestamptz,
    start_by         timestamptz,
    epoch            bigint,
    run              uuid,
    cancel_requested boolean     not null,
    waits_for        text,
    holds            text[]      not null,
    record           jsonb       not null check (jsonb_typeof(record) = 'object'),
    changed_at       timestamptz not null,
    cancel_asked_at  timestamptz,                                   -- by the API, maybe not in the log yet
    swept_at         timestamptz,                                   -- the sweep said that it is over, maybe not in the log yet
    constraint pending_has_neither_start_nor_end check (status <> 'PENDING' or (started_at is null and ended_at is null)),
    constraint running_has_started check (status <> 'RUNNING' or (started_at is not null and ended_at is null)),
    constraint final_has_ended check (status in ('PENDING', 'RUNNING') or ended_at is not null),
    constraint never_ran check (status not in ('CANCELLED', 'EXPIRED') or started_at is null),
    constraint has_run check (status not in ('SUCCESS', 'PARTIAL_FAILURE', 'KILLED', 'ORPHANED') or started_at is not null),
    constraint dispatched_has_deadline check ((epoch is null) = (start_by is null)),
    constraint expired_was_never_dispatched check (status <> 'EXPIRED' or epoch is null),
    constraint run_is_of_an_epoch check (run is null or epoch is not null),
    constraint cancelled_on_request check (status <> 'KILLED' or cancel_requested),
    constraint only_pending_waits check (waits_for is null or (status = 'PENDING' and epoch is null)),
    constraint only_open_holds check (holds = '{}' or (ended_at is null and epoch is not null))
);
create index transfer_submitted on transfer (submitted_at, transfer_id);
create index transfer_ended on transfer (ended_at, transfer_id) where ended_at is not null;
create index transfer_status on transfer (status, submitted_at, transfer_id);
create index transfer_destination_id on transfer (destination_id, submitted_at, transfer_id);
create index transfer_destination_name on transfer (destination_name, submitted_at, transfer_id);
create index transfer_recipient on transfer (recipient_id, submitted_at, transfer_id);
create index transfer_sources on transfer using gin (source_ids);
create index transfer_models on transfer using gin (models);
create index transfer_tags on transfer using gin (tags jsonb_path_ops);
create index transfer_changed on transfer (changed_at);
create index transfer_waits on transfer (waits_for, submitted_at, transfer_id) where waits_for is not null;
create index transfer_holds on transfer using gin (holds) where ended_at is null and epoch is not null;
-- what the sweep looks at
create index transfer_queued on transfer (expires_at) where ended_at is null and epoch is null;
create index transfer_ordered on transfer (start_by) where ended_at is null and epoch is not null and started_at is null;
create index transfer_running on transfer (started_at) where ended_at is null and started_at is not null;

-- Heartbeat and progress of a run: outside the fold, maybe ahead of it.
create table beat (
    transfer_id uuid        not null,
    run         uuid        not null,
    beat_at     timestamptz not null,
    pid         bigint      not null check (pid >= 0),
    progress    jsonb       not null check (jsonb_typeof(progress) = 'object'),
    progress_at timestamptz,
    primary key (transfer_id, run)
);
create index beat_age on beat (beat_at);
