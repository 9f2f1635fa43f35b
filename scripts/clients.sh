#!/usr/bin/env bash
# Drives a server with the clients that people use, and says which of them can do what. See --help.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$scripts")
here=$scripts/clients
. "$scripts/lib/maven.sh"
. "$here/install.sh"
. "$here/server.sh"

usage() {
  cat <<EOT
Usage: scripts/clients.sh [OPTION...]

Starts a server, has each client do its duties (produce with every codec and with idempotence, acks, consume by
assignment, topics and configs, 10 MB compared byte for byte, read what the others wrote, a kill -9 in the middle of
producing) and prints a table of clients and duties. Exit code: 0 nothing failed, 1 something did, 2 it could not run.

  --serve COMMAND        the server to start; PORT and DIR in it become its port and data folder. Default:
                         target/release/tribunal serve --listeners PLAINTEXT://127.0.0.1:PORT --log.dirs DIR
  --apache-kafka         starts a real Apache Kafka instead
  --bootstrap HOST:PORT  uses a server that is there: it is not killed, and the run's topics are deleted afterwards
  --only CLIENT          only this client, may be repeated: ${CLIENTS[*]}
  --clients FOLDER       where the clients are installed, and found by the next run (default: .clients)
  --jobs N               drivers at a time (default: 3)
  -o text|json           form of the table (default: text)
  -v, --verbose          a line for each duty as it is done
  --keep                 keeps the run's folder even if nothing failed

Clients come in fixed versions, without a change to the system. A runtime or client that is missing is a failure
where the environment says CI=true, and is named and left out elsewhere. Needs bash 5.1 and python3; for the clients
java 17 and mvn, node and npm, go 1.26, and kcat or apt-get.
EOT
}

fail() {
  echo "clients.sh: $1" >&2
  exit 2
}

server=serve serve= bootstrap= only=() folder=$root/.clients jobs=3 form=text verbose= keep=
while [ $# -gt 0 ]; do
  case $1 in
  --serve | --bootstrap | --only | --clients | --jobs | -o) [ $# -ge 2 ] || fail "$1 wants a value: see --help" ;;
  esac
  case $1 in
  --serve) server=serve serve=$2 && shift ;;
  --apache-kafka) server=apache-kafka ;;
  --bootstrap) server=bootstrap bootstrap=$2 && shift ;;
  --only) only+=("$2") && shift ;;
  --clients) folder=$2 && shift ;;
  --jobs) jobs=$2 && shift ;;
  -o) form=$2 && shift ;;
  -v | --verbose) verbose=yes ;;
  --keep) keep=yes ;;
  -h | --help) usage && exit ;;
  *) fail "unknown option $1: see --help" ;;
  esac
  shift
done
[ "$form" = text ] || [ "$form" = json ] || fail "-o text or -o json, not $form"
for client in "${only[@]}"; do
  [ -n "${VERSION[$client]:-}" ] || fail "no client is called $client; there are ${CLIENTS[*]}"
done
[ ${#only[@]} = 0 ] || CLIENTS=("${only[@]}")
command -v python3 >/dev/null || fail "no python3: the script itself needs it"
if [ "$server" = serve ] && [ -z "$serve" ]; then
  binary=${CARGO_TARGET_DIR:-$root/target}/release/tribunal
  [ -x "$binary" ] || fail "$binary is not there: run \`cargo build --release\` first, or give --serve or --apache-kafka"
  serve="$(printf %q "$binary") serve --listeners PLAINTEXT://127.0.0.1:PORT --log.dirs DIR"
fi
if [ "$server" = apache-kafka ]; then
  missing=$(java_missing)
  [ -z "$missing" ] || fail "$missing"
fi

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
work=$(mktemp -d "$folder/run.XXXXXX")
started=$SECONDS
children=()
say() { printf '[%3d s] %s\n' $((SECONDS - started)) "$*" >&2; }

finish() {
  local code=$? child
  trap - EXIT INT TERM
  for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
  stop_server
  wait 2>/dev/null
  if [ $code = 0 ] && [ -z "$keep" ]; then rm -rf "$work"; else echo "logs of this run: $work" >&2; fi
  exit $code
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- clients and records ---

if [ "$here/shared/records.py" -nt "$folder/records/records.bin" ]; then python3 "$here/shared/records.py" "$folder/records"; fi
say "clients: ${CLIENTS[*]} in $folder"
installing=()
for client in "${CLIENTS[@]}"; do
  ("install_$client" >"$work/$client.missing" && rm "$work/$client.missing") </dev/null &
  installing+=($!)
done
children+=("${installing[@]}")
for one in "${installing[@]}"; do wait "$one" || true; done
present=()
for client in "${CLIENTS[@]}"; do
  if [ -e "$work/$client.missing" ]; then
    say "$client is not here: $(cat "$work/$client.missing")"
  else
    present+=("$client")
    [ "$client" != kcat ] || VERSION[kcat]=$(driver_kcat && "${DRIVER[1]#KCAT=}" -V | sed -n 's/^Version \([0-9.]*\).*/\1/p')
    echo "${VERSION[$client]}" >"$work/$client.result"
  fi
done

# --- drivers ---

export RECORDS=$folder/records WORK=$work PREFIX=clients-$$-$(date +%s) BASE_MS=$(($(date +%s) * 1000 - 3600000)) CAREFUL=yes
[ "$server" != serve ] || CAREFUL=

# drive PHASE CLIENT SECONDS: runs a driver's phase; its lines go to the client's result, its errors to a log. A driver
# that ends badly leaves a line that becomes the reason of all duties it did not get to.
drive() {
  local phase=$1 client=$2 seconds=$3 code=0 child=
  "driver_$client"
  trap 'kill "$child"' TERM # passed on: timeout ends the driver's whole group
  timeout -k 5 "$seconds" "${DRIVER[@]}" "$phase" >"$work/$client.$phase" 2>>"$work/$client.log" </dev/null &
  child=$!
  wait "$child" || code=$?
  case $code in
  0) ;;
  124 | 137) echo "ended: fail not done within $seconds s" >>"$work/$client.$phase" ;;
  *) echo "ended: fail the driver ended with code $code: $(tail -n 1 "$work/$client.log" | cut -c 1-300)" >>"$work/$client.$phase" ;;
  esac
  cat "$work/$client.$phase" >>"$work/$client.result"
}

# One line for people about what a phase brought; failures in full.
report() {
  local phase=$1 client=$2 line
  if [ -n "$verbose" ]; then
    while read -r line; do say "$client: $line"; done <"$work/$client.$phase"
  else
    grep -E '^[a-z0-9-]+: fail' "$work/$client.$phase" | while read -r line; do say "$client: $line"; done || true
  fi
  say "$client: $phase, $(grep -c ': ok' "$work/$client.$phase" || true) duties ok"
}

# Runs a phase of every client that is here, so many at a time.
phase() {
  local name=$1 client pid
  declare -A running=()
  say "phase $name"
  for client in "${present[@]}"; do
    while [ ${#running[@]} -ge "$jobs" ]; do reap "$name"; done
    drive "$name" "$client" 180 &
    running[$!]=$client
    children+=($!)
  done
  while [ ${#running[@]} -gt 0 ]; do reap "$name"; done
}
reap() {
  local done_pid=
  wait -n -p done_pid "${!running[@]}" ${server_pid:+"$server_pid"} || true
  [ "$done_pid" != "${server_pid:-}" ] || server_ended
  report "$1" "${running[$done_pid]}"
  unset "running[$done_pid]"
}

server_ended() {
  say "the server ended by itself; its output, $work/server.log, ends:"
  tail -n 20 "$work/server.log" | cut -c 1-300 >&2
  exit 1
}

acknowledged() { if [ -e "$work/$1.acked" ]; then grep -c -v failed "$work/$1.acked" || true; else echo 0; fi; }

# Waits until each producer has so many acknowledgements more than before, or has ended, or the time is up.
await_acknowledged() {
  local more=$1 deadline=$((SECONDS + $2)) client slow
  while [ $SECONDS -lt $deadline ]; do
    slow=
    for client in "${present[@]}"; do
      kill -0 "${producer[$client]}" 2>/dev/null || continue
      [ "$(acknowledged "$client")" -ge $((${before[$client]:-0} + more)) ] || slow=$client
    done
    [ -n "$slow" ] || return 0
    sleep 0.2
  done
}

# All clients produce; the server is killed and comes back; what was acknowledged is looked for in what is stored.
crash() {
  local client detail
  declare -A producer=() before=()
  say "phase crash: all clients produce"
  for client in "${present[@]}"; do
    drive crash "$client" 170 &
    producer[$client]=$!
    children+=($!)
  done
  await_acknowledged 200 60
  kill_server
  for client in "${present[@]}"; do before[$client]=$(acknowledged "$client"); done
  say "killed with -9, after $(for client in "${present[@]}"; do echo -n "$client ${before[$client]} "; done)acknowledged"
  sleep 0.5
  start_server || return
  say "the server is back"
  await_acknowledged 200 60
  touch "$work/stop"
  for client in "${present[@]}"; do
    wait "${producer[$client]}" || true
    if grep -q '^crash: ok' "$work/$client.crash"; then
      if detail=$(python3 "$here/shared/wire.py" crash "$bootstrap" "$PREFIX-$client-crash" "$work/$client.acked" "${before[$client]}"); then
        echo "crash: ok $detail" >"$work/$client.crash"
      else
        echo "crash: fail $detail" >"$work/$client.crash"
      fi
      cat "$work/$client.crash" >>"$work/$client.result"
    fi
    report crash "$client"
  done
}

if [ ${#present[@]} -gt 0 ]; then
  start_server || exit 2
  export BOOTSTRAP=$bootstrap
  say "server: $server at $bootstrap"
  phase own
  for client in "${present[@]}"; do
    python3 "$here/shared/wire.py" stored "$bootstrap" "$PREFIX-$client" "$work/$client.own" >"$work/stored" || true
    grep ': fail' "$work/stored" | tee -a "$work/$client.result" >&2 || true
  done
  phase read
  if [ "$server" = bootstrap ]; then
    for client in "${present[@]}"; do echo "crash: skipped the server is not this script's to kill" >>"$work/$client.result"; done
    say "$(python3 "$here/shared/wire.py" delete "$bootstrap" "$PREFIX-")"
  else
    crash || for client in "${present[@]}"; do echo "crash: fail the server did not come back" >>"$work/$client.result"; done
  fi
  server_runs || server_ended
fi
python3 "$here/shared/table.py" "$form" "$work" "$server $bootstrap" $((SECONDS - started))
