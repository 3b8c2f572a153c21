-- Saves the state of the database and restores it, with all times unchanged.
create schema exploration;

-- Drops the words and indexes for searches and lists: no statement of an exploration needs them, and updating them would
-- take most of its time.
drop trigger users_keep_words on hallpass.users;
alter table hallpass.users drop column search_words cascade;
do $$
declare
    index_name regclass;
begin
    for index_name in
        select indexrelid::regclass from pg_index where indrelid = 'hallpass.users'::regclass and not indisunique
    loop
        execute format('drop index %s', index_name);
    end loop;
end
$$;

-- Returns the state, without the sessions of the maker and the administrator.
create function exploration.take(p_target uuid, p_bystander uuid) returns jsonb
language sql volatile as $$
    select jsonb_build_object(
        'users', (select jsonb_agg(u) from hallpass.users u),
        'sessions', (
            select coalesce(jsonb_agg(s), '[]') from hallpass.sessions s where s.user_id in (p_target, p_bystander)
        ),
        'roles', (select jsonb_agg(r) from hallpass.roles r),
        'settings', (select to_jsonb(s) from hallpass.settings s))
$$;

-- Restores a state, without the triggers and foreign keys, which check changes. Each actor gets a session whose id is the
-- user's id: actors have just signed in, even if a restore has ended all sessions.
create function exploration.put(p_state jsonb, p_actors uuid[]) returns void
language plpgsql volatile as $$
begin
    perform set_config('session_replication_role', 'replica', true);
    delete from hallpass.sessions;
    delete from hallpass.users;
    insert into hallpass.users select * from jsonb_populate_recordset(null::hallpass.users, p_state -> 'users');
    insert into hallpass.sessions select * from jsonb_populate_recordset(null::hallpass.sessions, p_state -> 'sessions');
    insert into hallpass.sessions (id, user_id, created_at, idle_expires_at, expires_at)
    select u.id, u.id, clock_timestamp(), 'infinity', 'infinity' from hallpass.users u where u.id = any (p_actors);
    update hallpass.roles r set permissions = was.permissions
    from jsonb_populate_recordset(null::hallpass.roles, p_state -> 'roles') as was
    where r.name = was.name;
    update hallpass.settings s
    set sessions_valid_from = was.sessions_valid_from, links_valid_from = was.links_valid_from
    from jsonb_populate_record(null::hallpass.settings, p_state -> 'settings') as was;
    perform set_config('session_replication_role', 'origin', true);
end
$$;

-- Returns a text by which two states are compared: everything on which a statement could depend. Of times, it contains
-- only the results of comparisons.
create function exploration.digest(
    p_target uuid, p_maker uuid, p_link_version integer, p_link_made_at timestamptz, p_sessions uuid[]
) returns text
language sql volatile as $$
    select concat_ws(' ',
        u.roles, u.is_active, u.password_hash, u.password_set_by, u.link_made_by, u.email_set_by,
        coalesce(u.credential_version = p_link_version, false),
        coalesce(p_link_made_at >= set.links_valid_from, false),
        isfinite(set.sessions_valid_from),
        (select concat_ws(' ', m.roles, m.is_active) from hallpass.users m where m.id = p_maker),
        (select jsonb_agg(r order by r.name) from hallpass.roles r),
        (
            select jsonb_agg(jsonb_build_array(
                s.revoked_reason, s.vouched_by, s.generation, s.created_at >= set.sessions_valid_from) order by place)
            from unnest(p_sessions) with ordinality as held (id, place)
            left join hallpass.sessions s on s.id = held.id
        ))
    from hallpass.users u, hallpass.settings set
    where u.id = p_target
$$;
