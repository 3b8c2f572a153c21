-- no-transaction
create index concurrently if not exists audit_events_severity_idx on audit_events
    (severity, occurred_at, id) where severity <> 'info';
