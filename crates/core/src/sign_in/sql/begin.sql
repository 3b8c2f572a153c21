-- Begins an attempt, and returns what is needed to judge it. $1 normalized e-mail; $2 counters of a network that has
-- failed at this account before, $3 of one that has not, $4 key by which the two are distinguished; of a known device:
-- $5 account, $6 credential version, $7 its own counter, which then applies instead of the others.
select
    u.id as "id?",
    case when attempt.wait = 0 then u.password_hash end as password_hash,
    u.is_active as "is_active?",
    u.credential_version as "credential_version?",
    coalesce(u.password_set_by is null or hallpass.is_vouched_for(u.password_set_by, u.roles), false) as "is_vouched!",
    device.is_known as "is_known_device!",
    network.is_known as "is_known_network!",
    attempt.wait as "wait!"
from (select exists (select from hallpass.login_throttle t where t.key = decode($4, 'hex')) as is_known) as network
left join hallpass.users u on u.email_normalized = $1
cross join lateral (
    select coalesce(u.id = $5 and u.credential_version = $6, false) as is_known
) as device
cross join lateral (
    select hallpass.begin_attempt(case
        when device.is_known then $7::jsonb
        when network.is_known then $2::jsonb
        else $3::jsonb
    end) as wait
    offset 0
) as attempt
