#!/bin/bash
# Runs once, when the server's data folder is made: a database, an owner and a working role for each
# service. The owner migrates; the working role may not change what was recorded.
set -euo pipefail
for service in ideas feedback metrics notifications; do
  upper=$(tr '[:lower:]' '[:upper:]' <<<"$service")
  owner_password="KIEM_${upper}_OWNER_PASSWORD"
  password="KIEM_${upper}_PASSWORD"
  psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
    -v service="$service" -v owner="${service}_owner" -v database="kiem_$service" \
    -v owner_password="${!owner_password}" -v password="${!password}" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE DATABASE :"database" OWNER :"owner" TEMPLATE template0;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"service";
\connect :"database"
-- Nobody but the owner makes anything in it.
ALTER SCHEMA public OWNER TO :"owner";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"service";
SQL
done
