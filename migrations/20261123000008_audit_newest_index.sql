-- no-transaction
create index concurrently if not exists audit_events_newest_idx on audit_events
    (occurred_at, id);
