#!/usr/bin/env bash
# Builds Kontena and runs master and agent on this machine.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
here=$PWD
cd "$root"
. .ci/common.sh

usage() {
  cat <<'TEXT'
Usage: ./start.sh [--port PORT] [--data FOLDER] [--postgres "Host=…;Username=…;Password=…;Database=…"]

Builds Release, starts the master with its dashboard on http://localhost:8080 and an agent that joins this machine to the grid
"default". Ctrl-C stops both; containers go on running, and the next start finds them again.
Needs the .NET 10 SDK, Node.js and a Docker Engine. As root on Debian or Ubuntu it installs and starts a missing engine.

  --port PORT      where the dashboard listens (8080)
  --data FOLDER    what master and agent keep (./data); holds secrets, so only its owner can read it
  --postgres TEXT  a connection string: PostgreSQL instead of a SQLite file in the data folder
  --help           this text

  DOCKER_HOST=unix:///…   another engine
TEXT
}

port=8080 data="$root/data" postgres=
value() { [ $# -ge 2 ] && [ -n "$2" ] || fail "$1 needs a value. See ./start.sh --help"; }
while [ $# -gt 0 ]; do
  case "$1" in
    --port) value "$@"; port=$2; shift 2 ;;
    --data) value "$@"; data=$2; shift 2; case "$data" in /*) ;; *) data="${here%/}/$data" ;; esac ;;
    --postgres) value "$@"; postgres=$2; shift 2 ;;
    --help|-h) usage; exit 0 ;;
    *) fail "'$1' is no option. See ./start.sh --help" ;;
  esac
done
case "$port" in ''|*[!0-9]*) fail "--port $port is no number." ;; esac
[ "$port" -ge 1 ] && [ "$port" -le 65535 ] || fail "--port $port is not between 1 and 65535."

own_home "$root"
need_tools

port_is_free() {
  node -e '
    const server = require("net").createServer().on("error", () => process.exit(1));
    server.listen(Number(process.argv[1]), () => server.close(() => process.exit(0)));' "$port"
}
port_is_free || fail "port $port is taken, or this user may not listen on it. Stop what uses it, or say --port another."

(umask 077 && mkdir -p "$data" 2>/dev/null) || fail "cannot make the data folder $data. Say --data a folder that you may write."
[ -w "$data" ] || fail "cannot write in the data folder $data. Say --data a folder that you may write."
data=$(cd "$data" && pwd -P)
exec 9>"$data/start.lock"
flock -n 9 || fail "another ./start.sh runs on $data. Stop it, or say --data another folder."

ensure_engine() {
  local socket pid
  socket=$(engine_socket)
  [ -n "$socket" ] || return 0 # a remote engine: the agent says whether it answers
  if engine_answers "$socket"; then
    return 0
  fi
  if [ -S "$socket" ] && [ ! -w "$socket" ]; then
    fail "this user may not use the Docker Engine at $socket. Run: sudo usermod -aG docker $(id -un), sign in again, then run this again."
  fi
  [ -z "${DOCKER_HOST:-}" ] || fail "no Docker Engine answers at $DOCKER_HOST. Start it, or unset DOCKER_HOST."
  if ! is_root || ! is_debian; then
    if have dockerd; then
      fail "no Docker Engine answers at $socket. Run: sudo systemctl start docker, then run this again."
    elif is_debian; then
      fail "there is no Docker Engine. Run: sudo apt-get install --no-install-recommends docker.io iptables iproute2 && sudo systemctl start docker, then run this again."
    else
      fail "there is no Docker Engine. Install it as https://docs.docker.com/engine/install/ says for this system, then run this again."
    fi
  fi
  have dockerd || install_packages docker.io iptables iproute2 ca-certificates
  if [ -d /run/systemd/system ]; then
    systemctl start docker || fail "systemd could not start docker. See: journalctl -u docker"
    return 0
  fi
  # No service manager, as in a container. The engine is the machine's from now on: containers go on when this script ends.
  clear_stale_pid /var/run/docker.pid
  say "Starting the Docker Engine …"
  setsid dockerd < /dev/null > /var/log/dockerd.log 2>&1 9>&- &
  pid=$!
  disown "$pid"
  wait_for "$pid" 60 engine_answers "$socket" || {
    tail -n 20 /var/log/dockerd.log >&2
    fail "the Docker Engine did not start; its last words stand above, all of them in /var/log/dockerd.log."
  }
}
ensure_engine

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 ASPNETCORE_ENVIRONMENT=Production DOTNET_ENVIRONMENT=Production
build="$root/artifacts/start"
say "Building …"
dotnet publish Kontena.Web -c Release -o "$build/master" --nologo -v q >&2 9>&-
dotnet publish Kontena.Agent -c Release -o "$build/agent" --nologo -v q >&2 9>&-

master_pid= agent_pid=
stop_all() {
  local status=$?
  trap - EXIT
  trap '' INT TERM
  set +e
  [ -z "$agent_pid" ] || stop_process "$agent_pid" 15
  [ -z "$master_pid" ] || stop_process "$master_pid" 15
  [ -z "$master_pid" ] || say "Stopped. Containers go on running; ./start.sh finds them again."
  exit "$status"
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The output of the last run stays for a look, the one before goes.
umask 077
for log in "$data/master.log" "$data/agent.log"; do
  [ ! -f "$log" ] || mv -f "$log" "$log.1"
done

# Sessions of their own: a Ctrl-C reaches this script alone, which then stops them in order.
# The connection string goes through the environment: a command line can be read by everybody.
[ -z "$postgres" ] || export ConnectionStrings__Postgres="$postgres"
Kontena__Data="$data" Kontena__LocalAgent=true setsid dotnet "$build/master/Kontena.Web.dll" --urls "http://localhost:$port" < /dev/null > "$data/master.log" 2>&1 9>&- &
master_pid=$!
unset ConnectionStrings__Postgres

healthy() {
  node -e '
    const request = require("http").get(process.argv[1], { timeout: 3000 }, answer => process.exit(answer.statusCode === 200 ? 0 : 1));
    request.on("timeout", () => process.exit(1)).on("error", () => process.exit(1));' "http://localhost:$port/healthz"
}
wait_for "$master_pid" 90 healthy || {
  tail -n 20 "$data/master.log" >&2
  fail "the master did not become healthy; its last words stand above, all of them in $data/master.log."
}

setsid dotnet "$build/agent/Kontena.Agent.dll" --master "http://localhost:$port" --data "$data/agent" --token-file "$data/local-join-token" \
  < /dev/null > "$data/agent.log" 2>&1 9>&- &
agent_pid=$!

say ""
say "Kontena is running:  http://localhost:$port"
if [ -s "$data/setup-code" ]; then
  say "Setup code:          $(cat "$data/setup-code")   (makes the first administrator; works once)"
fi
say "Logs:                $data/master.log, $data/agent.log"
say "Ctrl-C stops master and agent; containers go on running."

# Either may end by itself; the other is of no use then.
status=0
wait -n "$master_pid" "$agent_pid" || status=$?
ended=agent
kill -0 "$master_pid" 2>/dev/null || ended=master
tail -n 20 "$data/$ended.log" >&2
fail "the $ended ended with $status; its last words stand above, all of them in $data/$ended.log."
