-- A purge keeps all other kinds away from its destination, as each kind does.
alter table transfer drop constraint transfer_kind_check;
alter table transfer add constraint transfer_kind_check check (kind in ('TRANSFER', 'INTEGRITY', 'RESTORE', 'PURGE'));
