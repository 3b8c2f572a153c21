-- no-transaction
create index concurrently if not exists audit_events_event_idx on audit_events
    (event, occurred_at, id);
