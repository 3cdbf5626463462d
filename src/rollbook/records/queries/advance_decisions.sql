-- Who may still decide. People are in tables of their own, which the records do not know otherwise.

-- name: may_decide
SELECT EXISTS (
    SELECT FROM rollbook.access_user
    WHERE email = %(email)s AND role = 'administrator' AND is_active
)
