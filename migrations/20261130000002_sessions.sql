-- Sessions: one row each, and no table of tokens. The refresh token is derived from id and generation.

create table hallpass.sessions (
    id uuid constraint sessions_pkey primary key,
    user_id uuid not null constraint sessions_user_id_fkey references hallpass.users (id) on delete cascade,
    vouched_by uuid,
    generation integer not null default 0,
    rotated_at timestamptz not null default now(),
    confirmed_at timestamptz,
    reissued_at timestamptz,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    idle_expires_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoked_reason text,
    ip inet,
    user_agent text,
    constraint sessions_generation_not_negative check (generation >= 0),
    constraint sessions_revoked_with_reason check ((revoked_at is null) = (revoked_reason is null))
);
comment on column hallpass.sessions.vouched_by is 'The user who set the password that opened the session, if it was not its owner. The session lasts as long as that user may act on the account.';
comment on column hallpass.sessions.generation is 'Number of rotations. Only the refresh token of this generation rotates the session.';
comment on column hallpass.sessions.confirmed_at is 'Time at which an access token of this generation was first used. It ends the retry grace period of the previous generation.';
comment on column hallpass.sessions.reissued_at is 'Time at which a generation was last issued again after the reuse interval. Access tokens that were issued before are refused, because their response was lost.';

create index sessions_live_by_user_idx on hallpass.sessions (user_id, created_at desc) where revoked_at is null;

create function hallpass.session_is_live(s hallpass.sessions) returns boolean
language sql volatile as $$
    select s.revoked_at is null
        and s.idle_expires_at > clock_timestamp()
        and s.expires_at > clock_timestamp()
        and s.created_at >= (select sessions_valid_from from hallpass.settings)
$$;

-- Time at which a session ended or will end: it was revoked, unused for too long, too old, or opened before all
-- sessions were ended; whichever comes first.
create function hallpass.session_ended_at(s hallpass.sessions) returns timestamptz
language sql stable
return least(
    s.revoked_at, s.idle_expires_at, s.expires_at,
    (select v.sessions_valid_from from hallpass.settings v where s.created_at < v.sessions_valid_from)
);

-- Authorizes the caller of a statement. Every statement that reads or changes something for a user starts with it. It
-- raises an error instead of returning false, so that a statement that ignores the result fails closed.
--
-- p_caller is core's Actor as JSON:
--   {"sessionId": …, "userId": …, "generation": …, "issuedAt": …}: the claims of an access token. issuedAt is its iat, in
--     seconds of the database's clock. JSON null: the request began in time and continues (the export).
--   {"operator": true}: the operator at the command line, who holds every permission. user_id and session_id are null.
-- Anything else is refused.
create function hallpass.authorize_access(p_caller jsonb, p_permission text)
returns table (user_id uuid, session_id uuid, permissions text[])
language plpgsql volatile rows 1
set search_path = pg_catalog, pg_temp as $$
declare
    presented_session uuid := p_caller ->> 'sessionId';
    presented_user uuid := p_caller ->> 'userId';
    presented_generation integer := p_caller ->> 'generation';
    issued_at bigint := p_caller ->> 'issuedAt';
    live record;
begin
    if p_caller = '{"operator": true}' then
        return query
        select null::uuid, null::uuid, coalesce(array_agg(distinct permission), '{}')
        from hallpass.roles r, unnest(r.permissions) as permission;
        return;
    end if;
    select u.id, s.generation, s.confirmed_at, hallpass.permissions_of(u.roles) as permissions
    into live
    from hallpass.sessions s
    join hallpass.users u on u.id = s.user_id
    where s.id = presented_session
        and s.user_id = presented_user
        and s.generation >= presented_generation
        and p_caller ? 'issuedAt'
        and (issued_at is null
            or issued_at >= coalesce(floor(extract(epoch from s.reissued_at)), 0)
            -- Ten minutes and five seconds. The clock that dated the token is the one that judges it.
            and issued_at between extract(epoch from clock_timestamp()) - 605
                and extract(epoch from clock_timestamp()) + 5)
        and hallpass.session_is_live(s)
        and u.is_active
        and (s.vouched_by is null or hallpass.is_vouched_for(s.vouched_by, u.roles));
    if not found then
        raise exception 'the session has ended' using errcode = 'HP401';
    end if;
    if p_permission is not null and not p_permission = any (live.permissions) then
        raise exception 'this needs the permission %', p_permission using errcode = 'HP403';
    end if;
    -- The first use of a generation's access token ends the retry grace period. This is one write a generation.
    if live.confirmed_at is null and live.generation = presented_generation then
        update hallpass.sessions s
        set confirmed_at = clock_timestamp()
        where s.id = presented_session and s.generation = presented_generation and s.confirmed_at is null;
    end if;
    return query select live.id, presented_session, live.permissions;
end
$$;

-- Ends a user's sessions, either one of them (p_only) or all but one (p_except), and returns their number. It is a
-- function, because its statement sees what the calling statement does not: a session that a sign-in opened while the
-- caller waited for the user's row, and the caller's own session, which authorize_access has just updated.
create function hallpass.end_sessions(p_user uuid, p_only uuid, p_except uuid, p_reason text) returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp as $$
declare
    ended bigint;
begin
    update hallpass.sessions s
    set revoked_at = clock_timestamp(), revoked_reason = p_reason
    where s.user_id = p_user
        and s.revoked_at is null
        and (p_only is null or s.id = p_only)
        and s.id is distinct from p_except;
    get diagnostics ended = row_count;
    return ended;
end
$$;

-- Raises an error unless the caller has all these permissions: nobody may grant permissions that they lack, or act on a
-- user who has more.
create function hallpass.require_permissions(held text[], needed text[]) returns boolean
language plpgsql immutable
set search_path = pg_catalog, pg_temp as $$
begin
    if not needed <@ held then
        raise exception 'this needs permissions that the caller does not hold' using errcode = 'HP403';
    end if;
    return true;
end
$$;
