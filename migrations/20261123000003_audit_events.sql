-- What happened, to whom, by whom. Rows are added and never changed.

create table audit_events (
    id uuid constraint audit_events_pkey primary key,
    occurred_at timestamptz not null,
    event text not null,
    severity text not null,
    actor_id uuid,
    subject_id uuid,
    session_id uuid,
    ip inet,
    user_agent text,
    request_id text,
    details jsonb not null,
    constraint audit_events_severity_known check (severity in ('info', 'warning', 'critical'))
);
comment on column audit_events.actor_id is 'Who did it; null where nobody is signed in, or the operator at the command line.';
comment on column audit_events.subject_id is 'The user it was done to.';

create function audit_event(
    p_event text, p_severity text, p_actor uuid, p_subject uuid, p_session uuid, p_client jsonb, p_details jsonb
) returns audit_events
language sql volatile as $$
    select (p_client ->> 'eventId')::uuid, clock_timestamp(), p_event, p_severity, p_actor, p_subject, p_session,
        (p_client ->> 'ip')::inet, p_client ->> 'userAgent', p_client ->> 'requestId', p_details
$$;
comment on function audit_event is 'Builds the row that a statement inserts; p_client is core''s Client as JSON.';

-- Where the application has to connect as the owner, no missing grant holds it back: this does.
create function refuse_change_of_the_past() returns trigger
language plpgsql as $$
begin
    raise exception 'audit events are append-only' using errcode = 'HP405';
end
$$;
create trigger audit_events_append_only
    before update or delete on audit_events
    for each row execute function refuse_change_of_the_past();
create trigger audit_events_no_truncate
    before truncate on audit_events
    for each statement execute function refuse_change_of_the_past();
