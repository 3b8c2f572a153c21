-- $1 id at which to start, $2 earliest time, $3 maximum number. The latest event about an account's password decides.
with last_word as (
    select distinct on (e.subject_id) e.subject_id, e.event, e.occurred_at
    from hallpass.audit_events e
    where e.id >= $1 and e.occurred_at >= greatest($2, (select s.links_valid_from from hallpass.settings s))
        and e.event in (
            'user_created', 'setup_link_made', 'password_changed', 'password_set_by_link', 'password_set_by_operator'
        )
    order by e.subject_id, e.id desc
)
select jsonb_build_object(
        'userId', u.id, 'email', u.email, 'madeAt', w.occurred_at, 'isFirst', u.password_hash is null
    ) as "link!: Json<PendingLink>"
from last_word w
join hallpass.users u on u.id = w.subject_id and u.is_active
where w.event = 'setup_link_made' or w.event = 'user_created' and u.password_hash is null
order by w.occurred_at desc, u.id
limit $3
