-- The only way to open a session.

-- Opens a session for an account whose owner has proved their identity by p_method ('password', 'setup_link'), ends the
-- session that the browser had, and writes the audit event. Returns no row if the account may not sign in, or if its
-- credentials have changed since the attempt began (p_credential_version). p_password_hash replaces the stored hash
-- unless it is null. Durations are in seconds. It runs as the schema's owner: the application's role cannot insert
-- sessions in any other way.
create function hallpass.open_session(
    p_method text, p_user uuid, p_credential_version integer, p_password_hash text, p_session uuid,
    p_replaced_user uuid, p_replaced uuid, p_idle double precision, p_longest double precision, p_client jsonb
) returns table (
    session_id uuid, generation integer, expires_at timestamptz, opened_at timestamptz,
    credential_version integer, shown jsonb
)
language plpgsql volatile rows 1 security definer
set search_path = pg_catalog, pg_temp as $$
declare
    account hallpass.users;
    opened hallpass.sessions;
    ended uuid;
begin
    if p_method not in ('password', 'setup_link') then
        raise exception 'unknown method: %', p_method;
    end if;
    -- All statements lock sessions before their user.
    perform 1 from hallpass.sessions s
    where s.id = p_replaced and s.user_id = p_replaced_user and s.revoked_at is null
    for no key update;
    update hallpass.users u
    set last_login_at = clock_timestamp(), password_hash = coalesce(p_password_hash, u.password_hash)
    where u.id = p_user
        and u.is_active
        and u.credential_version = p_credential_version
        and (u.password_set_by is null or hallpass.is_vouched_for(u.password_set_by, u.roles))
    returning u.* into account;
    if not found then
        return;
    end if;
    update hallpass.settings set entered_at = clock_timestamp() where entered_at is null;
    update hallpass.sessions s
    set revoked_at = clock_timestamp(), revoked_reason = 'replaced'
    where s.id = p_replaced and s.user_id = p_replaced_user and s.revoked_at is null
    returning s.id into ended;
    insert into hallpass.sessions as s (
        id, user_id, vouched_by, rotated_at, created_at, last_used_at, idle_expires_at, expires_at, ip, user_agent
    )
    select p_session, account.id, account.password_set_by, t, t, t, t + make_interval(secs => least(p_idle, p_longest)),
        t + make_interval(secs => p_longest), (p_client ->> 'ip')::inet, p_client ->> 'userAgent'
    from clock_timestamp() as t
    returning s.* into opened;
    insert into hallpass.audit_events
    select event.*
    from (
        select 'login' as event where p_method = 'password'
        union all
        select 'password_set_by_link' as event where p_method = 'setup_link'
    ) as name,
        lateral hallpass.audit_event(name.event, 'info', account.id, account.id, opened.id, p_client,
            jsonb_strip_nulls(jsonb_build_object('replaced', ended, 'place', p_client -> 'place'))) as event;
    return query select opened.id, opened.generation, opened.expires_at, opened.created_at,
        account.credential_version, hallpass.user_json(account);
end
$$;
revoke execute on function hallpass.open_session from public;
