-- $1 session, $2 user, $3 generation, $4 which users, $5 active (null: as it is), $6 roles to add, $7 to take
-- away, $8 client, $9 the audit events' ids, $10 time of issue.
with viewer as materialized (
    select v.*,
        (select count(*) from hallpass.roles where name = any ($6)) = cardinality($6) as added_exist,
        (select count(*) from hallpass.roles where name = any ($7)) = cardinality($7) as removed_exist
    from hallpass.authorize_access($1, $2, $3, $10, 'users:write') v
),
judged as materialized (
    select c.*
    from viewer v,
        lateral hallpass.change_users(v.user_id, v.permissions, $1, $4, $5, $6, $7, $8, $9)
            with ordinality as c (id, outcome, shown, place)
    where v.added_exist and v.removed_exist
)
select v.added_exist as "added_exist!", v.removed_exist as "removed_exist!", j.id as "id?",
    to_jsonb(j.outcome) as "outcome?: Json<ChangeOutcome>", j.shown as "user?: Json<User>"
from viewer v
left join judged j on true
order by j.place
