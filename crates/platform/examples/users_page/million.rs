//! A million users with a realistic distribution of names and addresses: few names are common, many are rare.

/// Number of users besides the administrator.
pub(crate) const USERS: u32 = 1_000_000;

/// Syllables of names: 40 × 40 first names and 60 × 30 × 12 last names. Squaring a uniformly distributed random number
/// makes the first entries of each list common.
const PEOPLE: &str = r"
create temporary table parts as select
    array['Ma','An','Jo','El','Lu','Ka','Mi','Al','So','Da','Pe','Ro','Li','Ni','Em','Ja','Ti','Sa','Be','Vi',
          'Fe','Ha','Ol','Te','Ga','Ma','Ra','Is','No','Ze','Ad','Ed','Ki','Ro','Fr','Ch','Th','Ca','Bo','Ya'] as first1,
    array['ria','na','nas','sa','la','thias','ra','lo','vid','ter','bert','am','co','na','kob','len','nja','an','tor','lix',
          'nes','iver','resa','briel','mon','nja','abel','ra','da','ward','an','nk','ris','eo','las','ris','sef','nn','ek','ren'] as first2,
    array['Schm','Mül','Mey','Web','Wag','Beck','Hoff','Koch','Rich','Klein','Wolf','Neu','Schwarz','Zim','Braun',
          'Krü','Hart','Lan','Wer','Krau','Leh','Mai','Köh','Her','Kai','Fuchs','Pet','Lang','Scholz','Mö',
          'Smi','John','Will','Brow','Jon','Gar','Mill','Dav','Rod','Mart','Her','Lop','Gonz','Wil','And',
          'Tho','Tay','Moo','Jack','Lee','Per','Whi','Har','San','Cla','Ram','Lew','Rob','Walk','You'] as last1,
    array['idt','ler','er','er','ner','er','mann','inger','ter','hans','gang','feld','kopf','mer','stein',
          'ger','wig','dau','stedt','se','baum','thal','brück','zog','son','lein','holm','berg','dorf','au'] as last2,
    array['','','','-Baum','-Lang','s','sen','ow','itz','mayer','brink','hagen'] as last3";

/// Ids and creation dates match, as in the product: ids are ordered by time (UUID v7).
const INSERT: &str = r"
insert into hallpass.users (id, email, email_normalized, name, name_normalized, roles, is_active, created_at, updated_at, last_login_at)
select uuidv7(-age), lower(mail), lower(mail), name, replace(translate(lower(name), 'äöü', 'aou'), 'ß', 'ss'),
    case when n % 100 = 0 then '{manager}'::text[] when n % 20 = 0 then '{viewer}' else '{user}' end,
    n % 17 > 0, now() - age, now() - age, case when n % 3 > 0 then now() - age * random() end
from (
    select n, age, first || ' ' || last as name,
        first || '.' || translate(last, 'äöüß', 'aous') || '.' || n || '@' || (array['example.com','example.org','mail.example','example.net'])[1 + n % 4] as mail
    from (
        select n, make_interval(secs => (1000000 - n) * 94.6) as age,
            first1[1 + floor(40 * a * a)::int] || first2[1 + floor(40 * b * b)::int] as first,
            last1[1 + floor(60 * c * c)::int] || last2[1 + floor(30 * d * d)::int] || last3[1 + floor(12 * e * e)::int] as last
        from parts, (select n, random() a, random() b, random() c, random() d, random() e
                     from generate_series(1, 1000000) n) as chances
    ) as named
) as people";

/// SQL to be executed in one session, because a part of it uses temporary tables. The indexes are built after the rows
/// are inserted.
pub(crate) fn statements(email: &str, hash: &str) -> Vec<String> {
    vec![
        format!(
            "begin; select setseed(0.5); {PEOPLE}; \
             create temporary table definitions as select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition \
             from pg_index where indrelid = 'users'::regclass and not indisunique; \
             do $$ declare d record; begin for d in select * from definitions loop execute 'drop index ' || d.name; end loop; end $$; \
             {INSERT}; \
             insert into hallpass.users (id, email, email_normalized, name, name_normalized, roles, password_hash) \
             values (uuidv7(), '{email}', '{email}', 'Ada Administrator', 'ada administrator', '{{admin}}', '{hash}'); \
             do $$ declare d record; begin for d in select * from definitions loop execute d.definition; end loop; end $$; \
             commit;"
        ),
        "vacuum analyze users".to_owned(),
        "checkpoint".to_owned(),
    ]
}
