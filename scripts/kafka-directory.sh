#!/usr/bin/env bash
# Has Apache Kafka and our broker take over each other's data directories, and compares what both serve. See --help.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$scripts")
. "$scripts/lib/broker.sh"
. "$scripts/lib/maven.sh"
fixtures=$root/broker/log/tests/fixtures/apache-kafka

usage() {
  cat <<EOT
Usage: scripts/kafka-directory.sh [ours|theirs|both|fixtures] [OPTION...]

  ours      our broker writes a data directory and is stopped; an Apache Kafka takes over a copy of it
  theirs    Apache Kafka writes one, with transactions and a compacted topic as well; our broker takes over a copy, then
            another copy of which all indexes and marks of a clean stop were taken; Kafka's tools read what we made of
            that one, and an Apache Kafka takes it back
  both      one after the other (default)
  fixtures  makes ${fixtures#"$root"/} anew: three small partitions of Apache Kafka's

What is written: topics in all codecs and several segments, idempotent producers and a plain one, LogAppendTime, an empty
topic, deleted records. Before and after, every partition is read by Apache Kafka's consumer, once all records and once the
committed ones: its start, its end, how many records it has, and a checksum over offset, time, key, value and headers of
each. Those have to be the same.

  --folder DIR   where everything goes (default: a temporary folder, kept on failure)
  --kill         the first server is ended with SIGKILL, not in good order

Exit code: 0 both serve the same, 1 they differ, 2 it could not be tried.
Environment: KAFKA_JARS and KAFKA_HEAP, as scripts/apache-kafka.sh has them. Needs a JDK of version 17 or later, and mvn.
EOT
}

fail() {
  echo "kafka-directory.sh: $1" >&2
  exit 2
}

command=both folder= signal=TERM
while [ $# -gt 0 ]; do
  case $1 in
  ours | theirs | both | fixtures) command=$1 ;;
  --folder) [ -n "${2:-}" ] || fail "--folder wants a folder" && folder=$2 && shift ;;
  --kill) signal=KILL ;;
  -h | --help) usage && exit ;;
  *) fail "unknown option $1: see --help" ;;
  esac
  shift
done
missing=$(java_missing compiler)
[ -z "$missing" ] || fail "$missing"
jars=$("$scripts/apache-kafka.sh" jars) || exit 2
if [ "$command" != fixtures ]; then broker_build "$root" || fail "the build failed"; fi
kept=$folder
folder=${folder:-$(mktemp -d)}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
port=$((20000 + RANDOM % 10000))

clients() {
  java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dlog4j2.level=OFF -cp "$jars/*" "$scripts/lib/Directory.java" "$@" \
    2>>"$folder/clients.log" || fail "the clients could not do it: see $folder/clients.log"
}

start_ours() { # DATA
  broker_start "$1" "$port" "$folder/ours.log" || fail "our broker does not answer: see $folder/ours.log"
}

start_theirs() { # FOLDER
  "$scripts/apache-kafka.sh" start "$1" --port "$port" --set log.cleaner.backoff.ms=100 \
    --set log.segment.delete.delay.ms=500 --set offsets.topic.num.partitions=3 \
    --set transaction.state.log.num.partitions=3 >>"$folder/theirs.log" 2>&1 || fail "see $folder/theirs.log"
}

stop_theirs() { # FOLDER SIGNAL
  [ "$2" = TERM ] || "$scripts/apache-kafka.sh" kill "$1" 1 >>"$folder/theirs.log" 2>&1
  "$scripts/apache-kafka.sh" stop "$1" >>"$folder/theirs.log" 2>&1
}
running=
trap 'broker_end TERM; [ -z "$running" ] || stop_theirs "$running" TERM' EXIT

same() { # WORDS BEFORE AFTER
  if diff "$2" "$3" >"$3.diff"; then
    echo "$1: $(grep -c read_committed "$2") partitions, $(awk '{ sum += $7 } END { print sum }' "$2") records, all the same"
  else
    echo "$1: differs"
    cat "$3.diff"
    verdict=1
  fi
}

ours() {
  start_ours "$folder/ours"
  clients write "127.0.0.1:$port" plain
  clients read "127.0.0.1:$port" >"$folder/ours.before"
  broker_end "$signal"
  mkdir -p "$folder/taken-by-kafka/1"
  cp -a "$folder/ours" "$folder/taken-by-kafka/1/data"
  running=$folder/taken-by-kafka
  start_theirs "$running"
  clients read "127.0.0.1:$port" >"$folder/ours.after"
  stop_theirs "$running" TERM
  running=
  same "Apache Kafka over our directory" "$folder/ours.before" "$folder/ours.after"
}

theirs() {
  running=$folder/theirs
  start_theirs "$running"
  clients write "127.0.0.1:$port" kafka
  clients read "127.0.0.1:$port" >"$folder/theirs.before"
  stop_theirs "$running" "$signal"
  cp -a "$folder/theirs/1/data" "$folder/taken-by-ours"
  cp -a "$folder/theirs/1/data" "$folder/bare"
  if [ "$signal" = KILL ]; then
    # What was deleted comes back with a killed Apache Kafka: it wrote the log's start nowhere yet.
    start_theirs "$running"
    clients read "127.0.0.1:$port" >"$folder/theirs.before"
    stop_theirs "$running" TERM
  fi
  running=
  start_ours "$folder/taken-by-ours"
  clients read "127.0.0.1:$port" >"$folder/theirs.after"
  broker_end TERM
  same "our broker over Apache Kafka's directory" "$folder/theirs.before" "$folder/theirs.after"
  and_back
}

# Our broker makes every index again, writes behind the transactions, and Apache Kafka takes that over.
and_back() {
  find "$folder/bare" \( -name '*.index' -o -name '*.timeindex' -o -name '*.txnindex' -o -name .kafka_cleanshutdown \
    -o -name recovery-point-offset-checkpoint \) -delete
  start_ours "$folder/bare"
  clients read "127.0.0.1:$port" >"$folder/bare.after"
  same "our broker over the same without indexes" "$folder/theirs.before" "$folder/bare.after"
  clients append "127.0.0.1:$port"
  clients read "127.0.0.1:$port" >"$folder/back.before"
  broker_end TERM
  # The tool takes what compaction left out for damage, and says so of its own broker's files too.
  cp -a "$folder/bare" "$folder/dumped"
  rm -r "$folder/dumped/compacted-0"
  "$scripts/kafka-tools.sh" "$folder/dumped" >"$folder/dumped.log" 2>&1 || { tail -5 "$folder/dumped.log" && verdict=1; }
  mkdir -p "$folder/taken-back/1"
  cp -a "$folder/bare" "$folder/taken-back/1/data"
  running=$folder/taken-back
  start_theirs "$running"
  clients read "127.0.0.1:$port" >"$folder/back.after"
  stop_theirs "$running" TERM
  running=
  same "Apache Kafka over what we made of its directory" "$folder/back.before" "$folder/back.after"
}

make_fixtures() {
  running=$folder/fixtures
  start_theirs "$running"
  clients fixtures "127.0.0.1:$port"
  clients read "127.0.0.1:$port"
  stop_theirs "$running" TERM
  local partition
  for partition in codecs-0 transactions-0 compacted-0; do
    rm -rf "${fixtures:?}/$partition"
    mkdir -p "$fixtures"
    cp -r "$running/1/data/$partition" "$fixtures/$partition"
    rm -f "$fixtures/$partition"/*.deleted
  done
  running=
}

verdict=0
case $command in
ours) ours ;;
theirs) theirs ;;
both) ours && theirs ;;
fixtures) make_fixtures ;;
esac
trap - EXIT
if [ "$verdict" = 0 ] && [ -z "$kept" ]; then rm -rf "$folder"; else echo "kept: $folder"; fi
exit "$verdict"
