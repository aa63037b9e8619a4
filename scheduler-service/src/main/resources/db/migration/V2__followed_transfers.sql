-- Two destinations may swap their places in one save.
drop index one_destination_at_a_place;
alter table thing add constraint one_destination_at_a_place unique (place) deferrable initially deferred;

alter table catalog add paused boolean not null default false;

-- failures: of scheduled transfers, one after the other; the next is asked for sooner.
alter table schedule
    add failures  int not null default 0 check (failures >= 0),
    add failed_at timestamptz,
    add check ((failures = 0) = (failed_at is null));

-- A point of the grid, of a retry and of an owed refresh may be the same instant.
alter table asked_point add why text not null default 'GRID' check (why in ('GRID', 'RETRY', 'OWED'));
alter table asked_point drop constraint asked_point_pkey, add primary key (destination, why, point);

-- Transfers whose end means something to the schedule: the scheduled ones, and every full refresh.
-- heard_at: when the last fact of it was appended to the log; before the first one, when it was asked for.
create table followed (
    transfer_id uuid        primary key,
    destination uuid        not null references schedule on delete cascade,
    heard_at    timestamptz not null,
    started     boolean     not null default false
);
create index followed_by_silence on followed (heard_at);
create index followed_by_destination on followed (destination);
insert into followed (transfer_id, destination, heard_at)
select open_transfer, destination, asked_at from schedule where open_transfer is not null;
alter table open_fact
    drop constraint open_fact_transfer_id_fkey,
    add foreign key (transfer_id) references followed on delete cascade;

-- A full refresh of a model that failed is owed until one succeeds.
create table owed_refresh (
    destination   uuid        not null references schedule on delete cascade,
    model         text        not null,
    accept_shrink boolean     not null,
    adopt         boolean     not null,
    failures      int         not null check (failures >= 1),
    failed_at     timestamptz not null,
    primary key (destination, model)
);
