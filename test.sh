#!/usr/bin/env bash
# Runs every test: unit, both databases, a real engine, a real browser. Sets up what they need.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
cd "$root"
. .ci/common.sh

usage() {
  cat <<'TEXT'
Usage: ./test.sh [--filter TEXT]

Builds Release and runs all tests. Ends with the line "N passed, N failed"; a skipped test counts as failed.
Needs the .NET 10 SDK and Node.js. As root on Debian or Ubuntu it installs the rest from the distribution's packages, and
starts a Docker Engine of its own if none answers. What it started and made is gone when it ends.

  --filter TEXT   only tests whose full name contains TEXT
  --help          this text

  DOCKER_HOST=unix:///…        another engine
  KONTENA_CHROMIUM=/path/to    another Chromium or Chrome
TEXT
}

filter=
while [ $# -gt 0 ]; do
  case "$1" in
    --filter) [ $# -ge 2 ] || fail "--filter needs a text. See ./test.sh --help"; filter=$2; shift 2 ;;
    --filter=*) filter=${1#*=}; shift ;;
    --help|-h) usage; exit 0 ;;
    *) fail "'$1' is no option. See ./test.sh --help" ;;
  esac
done

own_home "$root"
need_tools

run=$(node -p 'crypto.randomUUID().replaceAll("-", "")')
state=$(mktemp -d "${TMPDIR:-/tmp}/kontena-test-state-XXXXXX")
engine_pid= engine_home= tests_pid= images_before=
results="$root/artifacts/test-results"

# Containers, volumes and networks with a label; never anything else.
remove_labelled() {
  local ids
  ids=$(docker ps -aq --filter "label=$1") && [ -z "$ids" ] || docker rm -fv $ids >/dev/null 2>&1 || true
  ids=$(docker volume ls -q --filter "label=$1") && [ -z "$ids" ] || docker volume rm -f $ids >/dev/null 2>&1 || true
  ids=$(docker network ls -q --filter "label=$1") && [ -z "$ids" ] || docker network rm $ids >/dev/null 2>&1 || true
}

clean_up() {
  local status=$? environment pid ids grid image
  trap - EXIT INT TERM
  set +e
  if [ -n "$tests_pid" ] && kill -0 "$tests_pid" 2>/dev/null; then
    kill -TERM -- "-$tests_pid" 2>/dev/null
    stop_process "$tests_pid" 10
  fi
  # Processes that a killed test left behind carry this run's id in their environment.
  for environment in $(grep -lzsx "KONTENA_TEST_RUN=$run" /proc/[0-9]*/environ); do
    pid=${environment#/proc/}
    kill -KILL "${pid%/environ}" 2>/dev/null
  done
  if [ -n "$engine_pid" ]; then
    ids=$(docker ps -q) && [ -z "$ids" ] || docker kill $ids >/dev/null 2>&1
    stop_process "$engine_pid" 30
    # An engine mounts its own data folder onto itself, and does not always undo that.
    awk -v home="$engine_home/" 'index($2, home) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l 2>/dev/null
    rm -rf "$engine_home"
  elif have docker; then
    remove_labelled "io.kontena.test.run=$run"
    for grid in "$state"/grids/*; do
      [ -e "$grid" ] && remove_labelled "io.kontena.grid.id=${grid##*/}"
    done
    for image in $(docker images -q --no-trunc --filter label=io.kontena.test.image 2>/dev/null | sort -u); do
      case "$images_before" in *"$image"*) ;; *) docker rmi -f "$image" >/dev/null 2>&1 ;; esac
    done
  fi
  rm -rf "$state"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

install_missing() {
  local wanted=(ca-certificates docker.io iptables iproute2 debootstrap debian-archive-keyring procps busybox-static) missing
  # From Debian 13 on the command line is a package of its own.
  if apt-cache show docker-cli >/dev/null 2>&1; then wanted+=(docker-cli); fi
  # An engine or a browser from elsewhere serves as well.
  if have dockerd && have docker; then wanted=("${wanted[@]/docker.io/}"); wanted=("${wanted[@]/docker-cli/}"); fi
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || wanted+=(postgresql)
  [ -n "${KONTENA_CHROMIUM:-}" ] || have chromium || have google-chrome || wanted+=(chromium)
  mapfile -t missing < <(missing_packages ${wanted[@]})
  [ ${#missing[@]} -gt 0 ] || return 0
  is_root || fail "these packages are missing: ${missing[*]}. Run as root: apt-get install --no-install-recommends ${missing[*]}"
  # The tests start servers of their own: the package is not to make and run one.
  mkdir -p /etc/postgresql-common/createcluster.d
  printf 'create_main_cluster = false\n' > /etc/postgresql-common/createcluster.d/kontena-tests.conf
  install_packages "${missing[@]}"
  rm -f /etc/postgresql-common/createcluster.d/kontena-tests.conf
}

start_engine() {
  local socket
  socket=$(engine_socket)
  if [ -z "$socket" ] || engine_answers "$socket"; then
    return 0
  fi
  [ -z "${DOCKER_HOST:-}" ] || fail "no engine answers at $DOCKER_HOST. Start it, or unset DOCKER_HOST."
  is_root || fail "no engine answers at $socket. Start one (sudo systemctl start docker), or run this as root."
  have dockerd || fail "there is no dockerd on this machine. Install Docker Engine, then run this again."
  engine_home=/var/lib/kontena-test-engine
  mkdir -p "$engine_home"
  exec 8>/run/kontena-test-engine.lock
  flock -n 8 || fail "another ./test.sh runs its engine on this machine. Wait for its end."
  clear_stale_pid "$engine_home/docker.pid"
  [ ! -f "$engine_home/docker.pid" ] || fail "an engine of an earlier run still runs; its id is in $engine_home/docker.pid. End it, then run this again."
  rm -rf "$engine_home"
  mkdir -p "$engine_home"
  say "No engine answers; starting one for this run."
  setsid dockerd --data-root "$engine_home/data" --exec-root "$engine_home/exec" -p "$engine_home/docker.pid" \
    -H "unix://$engine_home/docker.sock" > "$engine_home/dockerd.log" 2>&1 < /dev/null 8>&- &
  engine_pid=$!
  export DOCKER_HOST="unix://$engine_home/docker.sock"
  wait_for "$engine_pid" 60 engine_answers "$engine_home/docker.sock" || {
    tail -n 20 "$engine_home/dockerd.log" >&2
    fail "dockerd did not start; its last words stand above."
  }
}

if is_debian; then install_missing; fi
start_engine
! have docker || images_before=$(docker images -q --no-trunc --filter label=io.kontena.test.image 2>/dev/null | sort -u)

export CI=true DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
say "Restoring and building …"
dotnet restore Kontena.sln --nologo -v q >&2
dotnet build Kontena.sln -c Release --no-restore --nologo -v q >&2

rm -rf "$results"
# Temporary files of the tests go with the rest, also when they are killed; an unprivileged PostgreSQL has to get there.
mkdir -p "$results" "$state/grids" "$state/tmp"
chmod 711 "$state"
chmod 1777 "$state/tmp"
export TMPDIR="$state/tmp" KONTENA_TEST_RUN="$run" KONTENA_TEST_STATE="$state" KONTENA_REQUIRE=docker,postgres,browser
arguments=(--solution Kontena.sln -c Release --no-build --max-parallel-test-modules 1 --report-xunit-trx --results-directory "$results")
[ -z "$filter" ] || arguments+=(--filter-method "*$filter*" --ignore-exit-code 8)
# A process group of its own, so that an interrupt ends all of it; through cat, so that nothing in it owns the terminal.
set -m
( dotnet test "${arguments[@]}" < /dev/null 2>&1 | cat >&2 ) &
tests_pid=$!
set +m
status=0
wait "$tests_pid" || status=$?
tests_pid=

# sum NAME: that counter over all reports
sum() { cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*>' | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'; }
total=$(sum total) passed=$(sum passed)
failed=$((total - passed))
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && ! { [ -n "$filter" ] && [ "$status" -eq 8 ]; }; then
  say "The test run itself ended with $status; that counts as one failure."
  failed=1
fi
if [ "$total" -eq 0 ] && [ "$failed" -eq 0 ]; then
  say "No test ran${filter:+: none has '$filter' in its name}."
  failed=1
fi
if [ "$failed" -gt 0 ]; then
  say "Not passed:"
  { grep -ho '<UnitTestResult [^>]*>' "$results"/*.trx 2>/dev/null || true; } | { grep -v 'outcome="Passed"' || true; } |
    sed -E 's/.*testName="([^"]*)".*/\1/; s/.*outcome="([^"]*)".*/\1/; s/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g; s/^/  /' | sort >&2
fi
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
