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
