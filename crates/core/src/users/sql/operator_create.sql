-- $1 new id, $2 e-mail, $3 normalised, $4 name, $5 normalised, $6 roles, $7 password hash or null, $8 client,
-- $9 e-mail for the search or null, $10 whether the account is for one run of the operator's command.
with created as (
    insert into hallpass.users (
        id, email, email_normalized, email_search, name, name_normalized, roles, password_hash, is_throwaway
    )
    select $1, $2, $3, $9, $4, $5, $6, $7, $10
    where (select count(*) from hallpass.roles where name = any ($6)) = cardinality($6)
    returning users
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from created, lateral hallpass.audit_event('user_created', 'info', null, $1, null, $8,
        jsonb_build_object('roles', to_jsonb($6::text[]), 'withPassword', $7::text is not null)) as event
)
select hallpass.user_json(c.users) as "user!: Json<User>"
from created c
