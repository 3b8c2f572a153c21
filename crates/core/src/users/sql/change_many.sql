-- $1 caller, $2 users, $3 active (null: unchanged), $4 roles to add, $5 roles to remove, $6 client, $7 ids of the audit
-- events.
with viewer as materialized (
    select v.*,
        (select count(*) from hallpass.roles where name = any ($4)) = cardinality($4) as added_exist,
        (select count(*) from hallpass.roles where name = any ($5)) = cardinality($5) as removed_exist
    from hallpass.authorize_access($1, 'users:write') v
),
judged as materialized (
    select c.*
    from viewer v,
        lateral hallpass.change_users(v.user_id, v.permissions, v.session_id, $2, $3, $4, $5, $6, $7)
            with ordinality as c (id, outcome, shown, place)
    where v.added_exist and v.removed_exist
)
select v.added_exist as "added_exist!", v.removed_exist as "removed_exist!", j.id as "id?",
    to_jsonb(j.outcome) as "outcome?: Json<ChangeOutcome>", j.shown as "user?: Json<User>"
from viewer v
left join judged j on true
order by j.place
