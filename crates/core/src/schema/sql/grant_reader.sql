-- Other applications in this database may read the view, and nothing else.
revoke all on schema hallpass from hallpass_reader;
revoke all on all tables in schema hallpass from hallpass_reader;
revoke all on all sequences in schema hallpass from hallpass_reader;
revoke all on all routines in schema hallpass from hallpass_reader;
grant usage on schema hallpass to hallpass_reader;
grant select on hallpass.public_users to hallpass_reader;
