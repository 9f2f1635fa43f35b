# Sourced by crash.sh. The server is killed at random moments, over and over.
# shellcheck shell=bash

crash_kill() {
  kill_round page-cache $((seconds / 2))
  kill_round flushed $((seconds - seconds / 2)) --log.flush.interval.messages 1
}

# Small segments, one topic compacted, records deleted, topics made and deleted all the time.
kill_options=(
  --set 'topic_configs=[["internal.segment.bytes","65536"]]'
  --set topics=3 --set compacted_topics=1
  --set 'compaction_configs=[["min.cleanable.dirty.ratio","0.1"]]'
  --set delete_records=true --set recreate_topics=true --set delivery_timeout_ms=8000
)

# kill_round NAME SECONDS [FLAG...]: one load, one directory, as many kills as there is time for.
kill_round() {
  local name=$1 seconds=$2 place=$folder/kill-$1 until
  shift 2
  local server=("$place/data" "$port" "$place/server.log" --log.cleaner.backoff.ms 200 "$@")
  mkdir -p "$place"
  broker_start "${server[@]}" || fail "the server does not answer: see $place/server.log"
  "$tribunal" workload run mixed --bootstrap "$bootstrap" --seconds "$seconds" --history "$place/history.jsonl" \
    --report "$place/report" "${kill_options[@]}" >"$place/verdict.txt" 2>"$place/load.log" &
  load=$!
  kills=0 early=0 slowest=0 told_at=$((SECONDS + 15))
  until=$((SECONDS + seconds))
  while [ "$SECONDS" -lt "$until" ] && kill -0 "$load" 2>/dev/null; do
    kill_once "$name" "${server[@]}" || return 0
  done
  say "$name: $kills kills, $early of them before it answered; it answered after $slowest ms at most; now it is judged"
  judged "$name" "$place" "${server[@]}"
}

# kill_once NAME SERVER...: kills it when it has answered for a while, and starts it again.
kill_once() {
  local name=$1 began
  shift
  nap 200 5000
  broker_end KILL
  kills=$((kills + 1))
  while chance 3; do
    broker_spawn "$@"
    nap 0 250
    broker_end KILL
    kills=$((kills + 1)) early=$((early + 1))
  done
  began=$(date +%s%3N)
  broker_start "$@" || { broken "$name: it does not answer after kill $kills: see $3"; return 1; }
  began=$(($(date +%s%3N) - began))
  slowest=$((began > slowest ? began : slowest))
  [ "$SECONDS" -lt "$told_at" ] || say "$name: $kills kills"
  [ "$SECONDS" -lt "$told_at" ] || told_at=$((SECONDS + 15))
}

# judged NAME FOLDER SERVER...: waits for the load's verdict, then looks at the directory after one kill more.
judged() {
  local name=$1 place=$2 told=0
  shift 2
  wait "$load" || told=$?
  load=
  say "$name: $(head -n 1 "$place/verdict.txt"); $(grep -m 1 'produce requests of' "$place/verdict.txt")"
  [ "$told" != 1 ] || broken "$name: a promise of the broker: see $place/verdict.txt"
  [ "$told" -le 1 ] || fail "$name: $(tail -n 3 "$place/load.log" "$place/verdict.txt")"
  broker_end KILL
  broker_start "$@" || broken "$name: it does not answer after the last kill: see $3"
  broker_end TERM
  clean "$1" "$place/verify.txt"
  no_errors "$3"
}
