-- no-transaction
create index concurrently if not exists audit_events_actor_idx on audit_events
    (actor_id, occurred_at, id) where actor_id is not null;
