-- What was applied, in order; nothing here forbids a double effect, so that one is seen.
create table tally (
    n           bigint generated always as identity primary key,
    reader      text   not null,
    topic       text   not null,
    partition   int    not null,
    read_offset bigint not null,
    key         text,
    value       text
);
