#!/bin/bash
# A database and its owner for each service that has one. The image runs this once, on an empty folder.
set -euo pipefail
for service in scheduler dispatch status; do
    user=${service^^}_USERNAME password=${service^^}_PASSWORD
    psql -v ON_ERROR_STOP=1 -U postgres -v name="$service" -v user="${!user}" -v password="${!password}" <<'SQL'
create role :"user" login password :'password';
create database :"name" owner :"user";
SQL
done
