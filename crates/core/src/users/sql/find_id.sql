-- $1 normalized e-mail.
select u.id from hallpass.users u where u.email_normalized = $1
