#!/usr/bin/env bash
# PostgreSQL, Redis and RabbitMQ for tests: on loopback, on free ports, in a folder of their own.
#   eval "$(tests/servers.sh start)"   starts them and prints the variables that name them
#   tests/servers.sh stop              stops what $MEETINGS_TEST_SERVERS names, by process id
set -euo pipefail

free_port() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }

as() { # user, command…: drops root where there is root to drop
  local user=$1; shift
  if [ "$(id -u)" = 0 ]; then setpriv --reuid "$user" --regid "$user" --init-groups -- "$@"; else "$@"; fi
}

start() {
  local dir pg rmq mgmt dist epmd redis bin
  dir=$(mktemp -d "${TMPDIR:-/tmp}/meetings-test-XXXXXX"); chmod 755 "$dir"
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
  pg=$(free_port); redis=$(free_port); rmq=$(free_port); mgmt=$(free_port); dist=$(free_port); epmd=$(free_port)
  mkdir -p "$dir"/{postgres,redis,rabbitmq}
  [ "$(id -u)" = 0 ] && chown postgres:postgres "$dir/postgres" && chown rabbitmq:rabbitmq "$dir/rabbitmq"
  # A start that fails, or is given up, says why and leaves nothing behind.
  export MEETINGS_TEST_SERVERS="$dir" MEETINGS_TEST_EPMD="$epmd"
  trap 'wait ${pg_start:-} || true; tail -n 5 "$MEETINGS_TEST_SERVERS"/*.log >&2 || true; stop' EXIT
  trap 'exit 130' INT TERM

  # Durability is what some tests are about, so fsync stays on.
  as postgres "$bin/initdb" -D "$dir/postgres/data" -U postgres -A trust --no-sync -E UTF8 --locale=C.UTF-8 >"$dir/initdb.log" 2>&1
  as postgres "$bin/pg_ctl" -D "$dir/postgres/data" -w -l "$dir/postgres/log" \
    -o "-p $pg -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300 -c shared_buffers=128MB" start >"$dir/pg_ctl.log" 2>&1 &
  pg_start=$!

  redis-server --port "$redis" --bind 127.0.0.1 --dir "$dir/redis" --save '' --requirepass test --daemonize yes --pidfile "$dir/redis/pid" >/dev/null

  echo "[rabbitmq_management]." >"$dir/rabbitmq/enabled_plugins"
  cat >"$dir/rabbitmq/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$rmq
management.tcp.ip = 127.0.0.1
management.tcp.port = $mgmt
raft.wal_max_size_bytes = 64000000
collect_statistics_interval = 1000
log.console = false
CONF
  [ "$(id -u)" = 0 ] && chown -R rabbitmq:rabbitmq "$dir/rabbitmq"
  as rabbitmq env -C "$dir/rabbitmq" HOME="$dir/rabbitmq" RABBITMQ_NODENAME="test$rmq@localhost" RABBITMQ_DIST_PORT="$dist" ERL_EPMD_PORT="$epmd" ERL_EPMD_ADDRESS=127.0.0.1 \
    RABBITMQ_CONFIG_FILE="$dir/rabbitmq/rabbitmq.conf" RABBITMQ_MNESIA_BASE="$dir/rabbitmq/mnesia" RABBITMQ_LOG_BASE="$dir/rabbitmq/log" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$dir/rabbitmq/enabled_plugins" RABBITMQ_PID_FILE="$dir/rabbitmq/pid" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +S 2:2" \
    setsid /usr/lib/rabbitmq/bin/rabbitmq-server >"$dir/rabbitmq/console" 2>&1 </dev/null &

  # For tests that need the broker in trouble: its own command line, addressed to this node.
  cat >"$dir/rabbitmqctl" <<CTL
#!/usr/bin/env bash
as() { local user=\$1; shift; if [ "\$(id -u)" = 0 ]; then setpriv --reuid "\$user" --regid "\$user" --init-groups -- "\$@"; else "\$@"; fi; }
as rabbitmq env HOME="$dir/rabbitmq" ERL_EPMD_PORT="$epmd" ERL_EPMD_ADDRESS=127.0.0.1 /usr/lib/rabbitmq/bin/rabbitmqctl -q -n "test$rmq@localhost" "\$@"
CTL
  chmod 755 "$dir/rabbitmqctl"

  wait $pg_start
  local waited=0
  until python3 - "$rmq" "$mgmt" <<'PY' 2>/dev/null
import socket, sys
for port in sys.argv[1:]: socket.create_connection(("127.0.0.1", int(port)), 1).close()
PY
  do
    waited=$((waited + 1)); [ $waited -lt 240 ] || { echo "RabbitMQ did not start: $(tail -5 "$dir/rabbitmq/console")" >&2; exit 1; }
    sleep 0.25
  done

  trap - EXIT
  echo "export MEETINGS_TEST_SERVERS='$dir'"
  echo "export MEETINGS_TEST_POSTGRES='Host=127.0.0.1;Port=$pg;Username=postgres;Password=test'"
  echo "export MEETINGS_TEST_REDIS='127.0.0.1:$redis,password=test'"
  echo "export MEETINGS_TEST_RABBITMQ='amqp://guest:guest@127.0.0.1:$rmq'"
  echo "export MEETINGS_TEST_RABBITMQ_API='http://127.0.0.1:$mgmt'"
  echo "export MEETINGS_TEST_EPMD='$epmd'"
}

alive() { # pid…: whether any of them still runs; one that only waits for its parent does not
  local pid
  for pid in "$@"; do
    [[ -e /proc/$pid/stat && "$(cut -d')' -f2 "/proc/$pid/stat" 2>/dev/null)" != " Z"* ]] && return 0
  done
  return 1
}

stop() {
  local dir=${MEETINGS_TEST_SERVERS:?names the folder that start printed} pids=() pid file
  for file in "$dir/postgres/data/postmaster.pid" "$dir/redis/pid" "$dir/rabbitmq/pid"; do
    pid=$(head -1 "$file" 2>/dev/null) || continue
    # PostgreSQL ends sessions at SIGINT, and waits for them at SIGTERM.
    if [[ $file == */postmaster.pid ]]; then kill -INT "$pid" || continue; else kill "$pid" || continue; fi
    pids+=("$pid")
  done
  # epmd detaches itself from the node that started it, and a node that is just starting has no file yet: they are known by the port in their environment.
  local environment
  for environment in /proc/[0-9]*/environ; do
    if tr '\0' '\n' 2>/dev/null <"$environment" | grep -qx "ERL_EPMD_PORT=${MEETINGS_TEST_EPMD:?}"; then
      pid=${environment#/proc/}; pid=${pid%/environ}
      case $(cat "/proc/$pid/comm" 2>/dev/null) in
        epmd|beam.smp) kill "$pid" 2>/dev/null && pids+=("$pid") || true ;;
      esac
    fi
  done
  for _ in $(seq 100); do
    alive "${pids[@]}" || break
    sleep 0.1
  done
  if alive "${pids[@]}"; then kill -KILL "${pids[@]}" || true; fi
  rm -rf "$dir"
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  *) sed -n '2,4p' "$0"; exit 2 ;;
esac
