#!/bin/bash
# Runs once, when the server's data folder is made: a database, an owner and a working role for each
# service. The owner migrates; the working role may not change what was recorded.
set -euo pipefail
for service in ideas feedback metrics notifications; do
  upper=$(tr '[:lower:]' '[:upper:]' <<<"$service")
  owner_password="KIEM_${upper}_OWNER_PASSWORD"
  password="KIEM_${upper}_PASSWORD"
  psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
    -v service="$service" -v owner_password="${!owner_password}" -v password="${!password}" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', :'service' || '_owner', :'owner_password') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', 'kiem_' || :'service', :'service' || '_owner') \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', 'kiem_' || :'service') \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', 'kiem_' || :'service', :'service') \gexec
SQL
done
