-- Finding the users of a list or an export. A statement that is prepared once for all values gets a plan that is bad for
-- some of them, so these functions build their statements with the values. They do so in every connection, whatever
-- pooler is in front of it.

-- Returns at most p_most users that meet the conditions, in no order, by the indexes of words, roles and id alone. Such a
-- scan costs as much as it finds, however many users there are. Other scans are switched off: the planner assumes that
-- one user in two hundred has a rare role, and would rather read the whole table.
create function hallpass.match_users(p_conditions text, p_most integer)
returns table (id uuid, created_at timestamptz, email_normalized text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_indexscan = off
set enable_indexonlyscan = off
set jit = off
as $$
begin
    return query execute format(
        'select u.id, u.created_at, u.email_normalized from hallpass.users u where true%s limit %s',
        p_conditions, p_most);
end
$$;

-- A query for the users with a word that begins with p_word. A domain is found with and without its @. Not one condition
-- with `or`: a limit would then not end the scan.
create function hallpass.users_with_word(p_word text) returns text
language sql immutable parallel safe
return format('select created_at, user_id from hallpass.user_words where word >= %1$L and word < %2$L '
    'union all select created_at, user_id from hallpass.user_words where word >= %3$L and word < %4$L',
    p_word, p_word || U&'\+10FFFF', '@' || p_word, '@' || p_word || U&'\+10FFFF');

-- Returns the ids of p_wanted users that meet a filter, after p_skip others, in the order of p_sort ('createdAt' or
-- 'email'), which p_descends reverses. With p_time and p_id, or with p_email, only users beyond that place are returned.
--
-- p_filter has {parts, id, role, active}; what is missing or null is no condition. A part of the search text is {words,
-- pattern}: its words, and if they must stand together, a pattern for the whole text. A word is found at the beginning
-- of a word of the user. If it begins no word of any user, and has three characters, it is found anywhere.
--
-- counted is the number of matches, if is_complete; otherwise there may be more. No call reads more than 20,001 users by
-- one index, nor more than 200,000 words. If that is not enough to fill the page, stop_time, stop_id and stop_email name
-- the last user that was looked at: the search continues beyond that place.
create function hallpass.find_users(
    p_filter jsonb, p_sort text, p_descends boolean, p_time timestamptz, p_id uuid, p_email text,
    p_skip integer, p_wanted integer, p_count integer,
    out ids uuid[], out counted integer, out is_complete boolean,
    out stop_time timestamptz, out stop_id uuid, out stop_email text
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
set work_mem = '16MB'
as $$
declare
    -- A condition that is rare among so many users of the walk is asked of its index.
    glance constant integer := 2000;
    most constant integer := 20000;
    most_words constant integer := 200000;
    need constant integer := greatest(p_skip + p_wanted, p_count + 1);
    is_by_time constant boolean := p_sort = 'createdAt';
    is_active constant boolean := p_filter ->> 'active';
    direction constant text := case when p_descends then 'desc' else 'asc' end;
    comparison constant text := case when p_descends then '<' else '>' end;
    place_order constant text := case
        when is_by_time then format('u.created_at %1$s, u.id %1$s', direction)
        else 'u.email_normalized ' || direction
    end;
    beyond constant text := case
        when p_time is not null then format(' and (u.created_at, u.id) %s (%L::timestamptz, %L::uuid)', comparison, p_time, p_id)
        when p_email is not null then format(' and u.email_normalized %s %L', comparison, p_email)
        else ''
    end;
    -- Inactive users have an index in the order of time. It is walked if the condition is inside.
    walk constant text := 'select * from hallpass.users u where true' || beyond
        || case when is_by_time and not is_active then ' and not u.is_active' else '' end
        || ' order by ' || place_order;
    conditions text := case is_active when true then ' and u.is_active' when false then ' and not u.is_active' else '' end;
    part jsonb;
    word text;
    words text[] := '{}';
    begins boolean;
    begins_a_word boolean;
    is_indexed boolean := p_filter ->> 'id' is not null or p_filter ->> 'role' is not null;
    found integer;
    fewest integer := most + 1;
    rarest text;
    others text := '';
    is_done boolean;
begin
    if p_filter ->> 'id' is not null then
        conditions := conditions || format(' and u.id = %L', p_filter ->> 'id');
    end if;
    if p_filter ->> 'role' is not null then
        conditions := conditions || format(' and u.roles @> array[%L]', p_filter ->> 'role');
    end if;
    for part in select jsonb_array_elements(p_filter -> 'parts') loop
        begins := false;
        for word in select jsonb_array_elements_text(part -> 'words') loop
            execute format('select exists (%s)', hallpass.users_with_word(word)) into begins_a_word;
            continue when not begins_a_word;
            begins := true;
            words := words || word;
            conditions := conditions || format(' and (u.search_words like %L or u.search_words like %L)',
                '% ' || hallpass.like_literal(word) || '%', '% @' || hallpass.like_literal(word) || '%');
        end loop;
        if not begins and jsonb_array_length(part -> 'words') > 0 then
            select w into word from jsonb_array_elements_text(part -> 'words') as w order by length(w) desc limit 1;
            if word is null or length(word) < 3 then
                ids := '{}';
                counted := 0;
                is_complete := true;
                return;
            end if;
            conditions := conditions || format(' and u.search_words like %L', '%' || hallpass.like_literal(word) || '%');
            is_indexed := true;
        end if;
        if part ->> 'pattern' is not null then
            conditions := conditions || format(
                ' and ('' '' || coalesce(u.email_search, u.email_normalized) || E'' \n '' || u.name_normalized || '' '') like %L',
                part ->> 'pattern');
        end if;
    end loop;

    execute format('select array(select u.id from (%s limit %s) u where true%s order by %s limit %s)',
        walk, glance, conditions, place_order, need) into ids;
    is_done := cardinality(ids) >= need;
    if cardinality(ids) <= glance / 400 then
        foreach word in array words loop
            execute format('select count(*) from (%s limit %s) as found', hallpass.users_with_word(word), fewest) into found;
            if found < fewest then
                fewest := found;
                rarest := word;
            end if;
        end loop;
        if rarest is not null then
            -- An entry of the index costs a tenth of a user's row.
            foreach word in array case when fewest > 500 then array_remove(words, rarest) else '{}' end loop
                execute format('select count(*) from (%s limit %s) as found', hallpass.users_with_word(word), 10 * fewest) into found;
                if found < 10 * fewest then
                    others := others || format(' intersect (%s)', hallpass.users_with_word(word));
                end if;
            end loop;
            -- In the order of time, users are read one by one until there are enough of them.
            execute format(
                case
                    when is_by_time then
                        'select array(select u.id from (select distinct w.created_at, w.user_id from ((%1$s)%7$s) as w order by w.created_at %5$s, w.user_id %5$s) w '
                        'join hallpass.users u on u.id = w.user_id where true%2$s%3$s order by w.created_at %5$s, w.user_id %5$s limit %4$s)'
                    else
                        'select array(select u.id from hallpass.users u where u.id in (select w.user_id from ((%1$s)%7$s) as w)%2$s%3$s order by %6$s limit %4$s)'
                end,
                hallpass.users_with_word(rarest), beyond, conditions, need, direction, place_order, others) into ids;
            is_complete := cardinality(ids) < need;
            is_done := true;
        elsif is_indexed then
            execute format('select coalesce(array_agg(u.id order by %s), ''{}'') from hallpass.match_users($1, $2) u', place_order)
                into ids using beyond || conditions, most + 1;
            is_complete := cardinality(ids) <= most;
            is_done := is_complete;
        end if;
    end if;
    if not is_done then
        execute format('select array(select u.id from (%s limit %s) u where true%s order by %s limit %s)',
            walk, most, conditions, place_order, need) into ids;
        if cardinality(ids) < need then
            execute format('select u.created_at, u.id, u.email_normalized from (%s limit 1 offset %s) u', walk, most - 1)
                into stop_time, stop_id, stop_email;
        end if;
        is_complete := cardinality(ids) < need and stop_id is null;
    end if;
    counted := cardinality(ids);
    is_complete := coalesce(is_complete, false);
    ids := ids[p_skip + 1 : p_skip + p_wanted];
end
$$;

-- The text as a literal part of a pattern for like.
create function hallpass.like_literal(p_text text) returns text
language sql immutable parallel safe
return replace(replace(replace(p_text, E'\\', E'\\\\'), '%', E'\\%'), '_', E'\\_');
