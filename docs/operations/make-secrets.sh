#!/bin/sh
# Makes the files of ./secrets (or of another folder) that compose.yaml wants, and leaves those that are there already.
# Only their owner can enter the folder; the files themselves are open, since each container reads them as a user of
# its own. smtp_url, estat_app_id, llm_api_key and secrets_keys_old stay empty, which means none, until you fill them.
set -eu
folder="${1:-secrets}"
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

keep() {
  [ -e "$1" ] || printf '%s' "$2" >"$1"
  chmod 444 "$1"
}

keep postgres_password "$(openssl rand -hex 24)"
keep database_url "postgres://kaname:$(openssl rand -hex 24)@postgres:5432/kaname"
redis_password="$(openssl rand -hex 24)"
if [ ! -e redis_conf ] && [ ! -e redis_url ]; then
  keep redis_conf "requirepass $redis_password"
  keep redis_url "redis://:$redis_password@redis:6379"
fi
keep store_password "$(openssl rand -hex 24)"
keep jwt_secret "$(openssl rand -base64 48)"
keep secrets_key "$(openssl rand -base64 32)"
keep metrics_token "$(openssl rand -hex 24)"
for each in secrets_keys_old smtp_url estat_app_id llm_api_key; do keep "$each" ''; done
echo "$(pwd): keep a copy of secrets_key; without it what is encrypted stays so. / secrets_key の控えを必ず保管してください。"
