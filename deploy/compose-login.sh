#!/bin/sh
# Run once by the image of PostgreSQL, when its database is made: the login that serves, a member of nothing.
set -eu
psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
    --set=password="$(cat /run/secrets/web_password)" <<'SQL'
CREATE ROLE parvis_web LOGIN PASSWORD :'password';
SQL
