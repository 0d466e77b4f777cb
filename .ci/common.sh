# What start.sh and test.sh share. Sourced, not run; bash, set -euo pipefail.

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# HOME may be unset, or belong to somebody else: the .NET SDK and npm keep their caches there.
own_home() {
  if [ -z "${HOME:-}" ] || [ ! -d "$HOME" ] || [ ! -w "$HOME" ]; then
    export HOME="$1/artifacts/home"
    mkdir -p "$HOME"
  fi
}

need_tools() {
  have dotnet || fail "the .NET 10 SDK is missing. Get it from https://dotnet.microsoft.com/download/dotnet/10.0, then run this again."
  dotnet --list-sdks 2>/dev/null | grep -q '^10\.' ||
    fail "dotnet is here, but no SDK of version 10. Get it from https://dotnet.microsoft.com/download/dotnet/10.0, then run this again."
  if ! have node || ! have npm; then
    fail "Node.js with npm is missing; the browser code is bundled with it. Get version 20 or later from https://nodejs.org, then run this again."
  fi
  [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 18')" = true ] ||
    fail "Node.js $(node --version) is too old; version 20 or later is needed."
}

is_debian() { [ -r /etc/os-release ] && grep -qE '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release && have apt-get; }
is_root() { [ "$(id -u)" = 0 ]; }

# installed NAME...: the distribution's packages that are still missing
missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || printf '%s\n' "$package"
  done
}

# Installs without starting any daemon: who needs one starts it.
install_packages() {
  local guard=/usr/sbin/policy-rc.d made=no status=0
  if [ ! -e "$guard" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$guard"
    chmod 755 "$guard"
    made=yes
  fi
  say "Installing $* …"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null; } >&2 || status=$?
  [ "$made" = no ] || rm -f "$guard"
  [ "$status" = 0 ] || fail "apt-get could not install: $*. Its messages stand above."
}

# engine_answers SOCKET: whether a Docker Engine answers there, within five seconds
engine_answers() {
  [ -S "$1" ] || return 1
  node -e '
    const request = require("http").get({ socketPath: process.argv[1], path: "/_ping", timeout: 5000 },
      answer => process.exit(answer.statusCode === 200 ? 0 : 1));
    request.on("timeout", () => process.exit(1)).on("error", () => process.exit(1));' "$1"
}

# The socket of DOCKER_HOST, or the usual one. Empty when DOCKER_HOST names something else than a socket.
engine_socket() {
  case "${DOCKER_HOST:-}" in
    '') printf /var/run/docker.sock ;;
    unix://*) printf '%s' "${DOCKER_HOST#unix://}" ;;
  esac
}

# clear_stale_pid FILE: a dockerd that was killed leaves its pid file behind and the next one refuses to start
clear_stale_pid() {
  local pid
  [ -f "$1" ] || return 0
  pid=$(cat "$1")
  if [ -n "$pid" ] && [ -r "/proc/$pid/cmdline" ] && tr '\0' ' ' < "/proc/$pid/cmdline" | grep -q dockerd; then
    return 0
  fi
  say "Removing $1: the engine that wrote it is gone."
  rm -f "$1"
}

# wait_for PID SECONDS COMMAND...: until the command succeeds; fails when the process ends or the time is over
wait_for() {
  local pid=$1 until=$((SECONDS + $2))
  shift 2
  until "$@"; do
    [ "$SECONDS" -lt "$until" ] && kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.2
  done
}

# stop_process PID SECONDS: ask, wait, then insist
stop_process() {
  local pid=$1 until=$((SECONDS + $2))
  kill -TERM "$pid" 2>/dev/null || return 0
  while kill -0 "$pid" 2>/dev/null; do
    if [ "$SECONDS" -ge "$until" ]; then
      kill -KILL "$pid" 2>/dev/null || true
      break
    fi
    sleep 0.1
  done
}
