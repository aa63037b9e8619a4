-- Slots go with the statement that ends their dispatch, and the reconciler looks for any without one: the key cost a look-up
-- for each slot that is taken and a statement for each dispatch that ends.
alter table slot drop constraint slot_transfer_id_fkey;

-- Room for the epoch, which is written once, beside the row.
alter table transfer set (fillfactor = 80);
