-- The same change for many users, each of whom is checked separately: if one cannot be changed, the others still are.

-- Returns the outcome for each of p_users, in their order, and the user after the change if nothing prevented it. The
-- rules are those of a change of one user. p_held are the caller's permissions, p_events the ids of the audit events
-- that the changes write.
create function hallpass.change_users(
    p_actor uuid, p_held text[], p_session uuid, p_users uuid[], p_active boolean, p_add text[], p_remove text[],
    p_client jsonb, p_events uuid[]
) returns table (id uuid, outcome text, shown jsonb)
language plpgsql volatile
set search_path = pg_catalog, pg_temp as $$
declare
    before hallpass.users;
    after hallpass.users;
    next_roles text[];
begin
    -- Locks all rows in one order before anything is changed. A change may lock the row of settings, and another
    -- transaction may hold that lock while it waits for one of our rows.
    perform 1 from hallpass.users u where u.id = any (p_users) order by u.id for no key update;
    for place in 1 .. cardinality(p_users) loop
        id := p_users[place];
        shown := null;
        select u.* into before from hallpass.users u where u.id = p_users[place];
        if not found then
            outcome := 'not_found';
            return next;
            continue;
        end if;
        select coalesce(array_agg(distinct role collate "C" order by role collate "C"), '{}') into next_roles
        from unnest(before.roles || p_add) as role
        where role <> all (p_remove);
        if next_roles <@ before.roles and before.roles <@ next_roles then
            next_roles := before.roles;
        end if;
        if not (hallpass.permissions_of(before.roles) <@ p_held and hallpass.permissions_of(next_roles) <@ p_held) then
            outcome := 'forbidden';
        elsif next_roles = '{}' then
            outcome := 'no_role';
        elsif next_roles = before.roles and before.is_active = coalesce(p_active, before.is_active) then
            outcome := 'unchanged';
            shown := hallpass.user_json(before);
        else
            begin
                update hallpass.users u
                set roles = next_roles,
                    is_active = coalesce(p_active, u.is_active),
                    updated_at = clock_timestamp(),
                    version = u.version + 1
                where u.id = before.id
                returning u.* into after;
                if not after.is_active then
                    perform hallpass.end_sessions(after.id, null, null, 'user_deactivated');
                end if;
                insert into hallpass.audit_events
                select event.*
                from hallpass.audit_event(
                    case
                        when before.is_active and not after.is_active then 'user_deactivated'
                        when not before.is_active and after.is_active then 'user_reactivated'
                        else 'user_roles_changed'
                    end,
                    'info', p_actor, after.id, p_session,
                    p_client || jsonb_build_object('eventId', p_events[place]),
                    jsonb_strip_nulls(jsonb_build_object(
                        'version', after.version,
                        'rolesBefore', case when before.roles <> after.roles then to_jsonb(before.roles) end,
                        'roles', case when before.roles <> after.roles then to_jsonb(after.roles) end))
                ) as event;
                outcome := 'changed';
                shown := hallpass.user_json(after);
            exception when sqlstate 'HP409' then
                outcome := 'last_admin';
            end;
        end if;
        return next;
    end loop;
end
$$;
