-- A refresh token that is presented again after the tolerance says that the answer before was lost. If it was
-- not, two parties hold the session: the access token of that answer must be good for nothing.

alter table sessions add column reissued_at timestamptz;
comment on column sessions.reissued_at is 'When a generation was last issued again after the tolerance. Access tokens made before belong to answers that were presumed lost: they are refused.';

-- As authorize_session, which the release before calls, with the access token's time of issue: its iat, in
-- seconds of the database's clock. An instance's own clock may be minutes off.
create function authorize_access(
    p_session uuid, p_user uuid, p_generation integer, p_issued_at bigint, p_permission text
) returns table (user_id uuid, permissions text[])
language plpgsql volatile rows 1 as $$
declare
    live record;
begin
    select u.id, s.generation, s.confirmed_at, permissions_of(u.roles) as permissions
    into live
    from sessions s
    join users u on u.id = s.user_id
    where s.id = p_session
        and s.user_id = p_user
        and s.generation >= p_generation
        and p_issued_at >= coalesce(floor(extract(epoch from s.reissued_at)), 0)
        -- Ten minutes and five seconds: this clock made the token, and this clock judges it.
        and p_issued_at between extract(epoch from clock_timestamp()) - 605 and extract(epoch from clock_timestamp()) + 5
        and session_is_live(s)
        and u.is_active;
    if not found then
        raise exception 'the session is over' using errcode = 'HP401';
    end if;
    if p_permission is not null and not p_permission = any (live.permissions) then
        raise exception 'this needs the permission %', p_permission using errcode = 'HP403';
    end if;
    -- The first use of a generation's access token closes its predecessor's grace: one write a generation.
    if live.confirmed_at is null and live.generation = p_generation then
        update sessions s
        set confirmed_at = clock_timestamp()
        where s.id = p_session and s.generation = p_generation and s.confirmed_at is null;
    end if;
    return query select live.id, live.permissions;
end
$$;
comment on function authorize_access is 'Every statement that serves a signed-in request starts here. It raises instead of answering "no", so that a statement which forgets to look at the answer fails closed.';
