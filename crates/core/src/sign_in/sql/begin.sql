-- Counts the attempt, then shows what is needed to judge it. Counted before the password is looked at,
-- so that parallel guesses cannot outrun the counter.
-- $1 normalised e-mail, $2 to $4 the counters' keys, $5 to $7 their limits, $8 to $10 their longest
-- delays, $11 to $13 when they forget, $14 the account that this device is known to.
select
    u.id as "id?",
    case when waits.seconds = 0 then u.password_hash end as password_hash,
    u.is_active as "is_active?",
    u.credential_version as "credential_version?",
    waits.seconds as "wait!"
from (select) as one
left join hallpass.users u on u.email_normalized = $1
cross join lateral (
    select case
        when pair.wait > 0 then pair.wait
        when network.wait > 0 then network.wait
        else account.wait
    end as seconds
    from (select hallpass.count_attempt($2, $5, $8, $11) as wait offset 0) as pair
    cross join lateral (
        select case when pair.wait = 0 then hallpass.count_attempt($3, $6, $9, $12) else 0 end as wait offset 0
    ) as network
    cross join lateral (
        select case
            when pair.wait = 0 and network.wait = 0 and u.id is distinct from $14
            then hallpass.count_attempt($4, $7, $10, $13) else 0
        end as wait offset 0
    ) as account
    offset 0
) as waits
