#!/bin/sh
# Run once by the image of PostgreSQL, on an empty folder: the database, and its owner with the password of database_url.
set -eu
password="$(sed -E 's|^[^:]+://[^:]+:([^@]+)@.*$|\1|' /run/secrets/database_url)"
psql --username postgres --set ON_ERROR_STOP=1 --set password="$password" <<'SQL'
create role kaname login password :'password';
create database kaname owner kaname template template0 encoding 'UTF8' locale 'C.UTF-8';
SQL
