-- What was answered to whom cancelled under an Idempotency-Key, by key.
alter table transfer add cancel_answers jsonb not null default '{}' check (jsonb_typeof(cancel_answers) = 'object');

-- Readers of what changed go through it page by page.
drop index transfer_changed;
create index transfer_changed on transfer (changed_at, transfer_id);

-- Runs that somebody cancelled and that are still there.
create index transfer_cancelling on transfer (started_at) where ended_at is null and started_at is not null and cancel_requested;
