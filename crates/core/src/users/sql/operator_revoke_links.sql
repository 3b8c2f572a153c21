-- $1 client. One-time links that were made before the returned time are revoked. The time never goes back.
with moved as (
    update hallpass.settings
    set links_valid_from = greatest(links_valid_from, clock_timestamp())
    returning links_valid_from
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from moved m, lateral hallpass.audit_event('all_links_revoked', 'warning', null, null, null, $1,
        jsonb_build_object('validFrom', m.links_valid_from)) as event
)
select links_valid_from as "valid_from!" from moved
