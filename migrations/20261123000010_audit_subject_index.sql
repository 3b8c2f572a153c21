-- no-transaction
create index concurrently if not exists audit_events_subject_idx on audit_events
    (subject_id, occurred_at, id) where subject_id is not null;
