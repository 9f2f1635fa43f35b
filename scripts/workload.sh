#!/usr/bin/env bash
# Puts a real server on trial over TCP with the mixed workload, kills it meanwhile, and judges what clients saw. See --help.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$scripts")
. "$scripts/lib/broker.sh"

usage() {
  cat <<EOT
Usage: scripts/workload.sh [OPTION...]

Starts a server, loads it with \`tribunal workload run mixed\`, ends it with SIGKILL and starts it again a few times, and
judges the history, as it happened and once more from its file. At the end the server is stopped in good order.

  --server serve|apache-kafka  what is put on trial: our broker (default) or Apache Kafka with the same command
  --seconds N                  how long is produced (default: 20)
  --kills N                    how often the server is killed meanwhile (default: 2, and 0 for apache-kafka)
  --dump                       then have Apache Kafka's DumpLogSegments read the data directory (serve only)
  --folder DIR                 where data, history and report go (default: a temporary folder, kept on failure)

A killed Apache Kafka does not keep every promise: it writes log starts down once a minute, so that records which
DeleteRecords took away come back (C15), which it is therefore not asked for; and for a moment after its restart it may
know no greatest timestamp of a log with records (C17).

Exit code: 0 nothing illegal was seen, 1 a promise was broken, 2 it could not be tried. Apache Kafka and --dump need a
JDK of version 17 or later, and mvn.
EOT
}

fail() {
  echo "workload.sh: $1" >&2
  exit 2
}

server=serve seconds=20 kills= dump= folder=
while [ $# -gt 0 ]; do
  case $1 in
  --server) [[ ${2:-} =~ ^(serve|apache-kafka)$ ]] || fail "--server serve or apache-kafka" && server=$2 && shift ;;
  --seconds) [[ ${2:-} =~ ^[0-9]+$ ]] || fail "--seconds wants a number" && seconds=$2 && shift ;;
  --kills) [[ ${2:-} =~ ^[0-9]+$ ]] || fail "--kills wants a number" && kills=$2 && shift ;;
  --folder) [ -n "${2:-}" ] || fail "--folder wants a folder" && folder=$2 && shift ;;
  --dump) dump=1 ;;
  -h | --help) usage && exit ;;
  *) fail "unknown option $1: see --help" ;;
  esac
  shift
done
kills=${kills:-$([ "$server" = serve ] && echo 2 || echo 0)}
[ -z "$dump" ] || [ "$server" = serve ] || fail "--dump reads the files of our own broker"

broker_build "$root" || fail "the build failed"
kept=$folder
folder=${folder:-$(mktemp -d)}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
data=$folder/data
port=$((20000 + RANDOM % 10000))
bootstrap=127.0.0.1:$port

start() {
  if [ "$server" = apache-kafka ]; then
    "$scripts/apache-kafka.sh" start "$data" --port "$port" >>"$folder/server.log" 2>&1 || fail "see $folder/server.log"
  else
    broker_start "$data" "$port" "$folder/server.log" || fail "the server does not answer: see $folder/server.log"
  fi
}

end() { # SIGNAL
  if [ "$server" = apache-kafka ]; then
    case $1 in
    KILL) "$scripts/apache-kafka.sh" kill "$data" 1 >>"$folder/server.log" 2>&1 ;;
    *) "$scripts/apache-kafka.sh" stop "$data" >>"$folder/server.log" 2>&1 ;;
    esac
  else
    broker_end "$1"
  fi
}
trap 'end TERM' EXIT

deletes=true
[ "$server" = serve ] || [ "$kills" = 0 ] || deletes=false
start
"$tribunal" workload run mixed --bootstrap "$bootstrap" --seconds "$seconds" --history "$folder/history.jsonl" \
  --report "$folder/report" --set "delete_records=$deletes" --set recreate_topics=true &
load=$!
for number in $(seq "$kills"); do
  sleep $((seconds / (kills + 1)))
  echo "kill -9, time $number of $kills"
  end KILL
  start
done
verdict=0
wait "$load" || verdict=$?
trap - EXIT
end TERM
online=$verdict
offline=0
"$tribunal" workload check "$folder/history.jsonl" >"$folder/check.txt" || offline=$?
[ "$online" = "$offline" ] || fail "as it happened the verdict was $online, from its file it is $offline: see $folder"
if [ -n "$dump" ]; then
  "$scripts/kafka-tools.sh" "$data" || verdict=1
fi
if [ "$verdict" = 0 ] && [ -z "$kept" ]; then rm -rf "$folder"; else echo "kept: $folder"; fi
exit "$verdict"
