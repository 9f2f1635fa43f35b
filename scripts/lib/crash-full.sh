# Sourced by crash.sh. The data directory's file system is filled to the brim, under load and at rest.
# shellcheck shell=bash

# crash_full: in a mount namespace of its own, where the small file system is.
crash_full() {
  if [ -z "${CRASH_INSIDE:-}" ]; then
    unshare -rm true 2>"$folder/unshare.log" || fail "this machine allows no file system of one's own: unshare -rm says $(cat "$folder/unshare.log")"
    local told=0
    CRASH_INSIDE=1 unshare -rm "$scripts/crash.sh" full --seconds "$seconds" --seed "$seed" --folder "$folder" || told=$?
    [ "$told" -le 1 ] || fail "full: it could not be tried"
    [ "$told" = 0 ] || verdict=1
    return 0
  fi
  place=$folder/full disk=$folder/full/disk
  mkdir -p "$disk"
  mount -t tmpfs -o size=64m,mode=700 tmpfs "$disk" || fail "a tmpfs cannot be mounted at $disk"
  server=("$disk/data" "$port" "$place/server.log" --log.retention.check.interval.ms 500 --log.initial.task.delay.ms 500
    --log.segment.delete.delay.ms 500 --log.cleaner.backoff.ms 200)
  full_begin
  full_under_load
  full_killed
  full_retention
  full_end
}

# full_seconds: the load goes on while the disk is full and a while after it, and no longer.
full_seconds() {
  if [ "$seconds" -lt 20 ]; then echo 20; elif [ "$seconds" -gt 40 ]; then echo 40; else echo "$seconds"; fi
}

# full_begin: a server, topics of known content, and the load.
full_begin() {
  say "full: a server on a file system of 64 MiB, under load"
  broker_start "${server[@]}" || fail "the server does not answer: see $place/server.log"
  "$tribunal" topic create known --bootstrap "$bootstrap" --config internal.segment.bytes=65536 >>"$place/probes.log"
  seq 1 2000 | awk '{ printf "%d %0400d\n", $1, $1 }' >"$place/known.txt"
  "$tribunal" produce --bootstrap "$bootstrap" --topic known --file "$place/known.txt" >>"$place/probes.log"
  "$tribunal" workload run mixed --bootstrap "$bootstrap" --seconds "$(full_seconds)" --history "$place/history.jsonl" \
    --report "$place/report" --set 'topic_configs=[["internal.segment.bytes","262144"]]' --set recreate_topics=true \
    --set delivery_timeout_ms=3000 >"$place/verdict.txt" 2>"$place/load.log" &
  load=$!
  sleep 3
}

brim() { # FILE: takes what is left of the disk, to the last page
  dd if=/dev/zero of="$disk/$1" bs=1M 2>/dev/null || true
  dd if=/dev/zero of="$disk/$1" bs=4k oflag=append conv=notrunc 2>/dev/null || true
}

# probe COMMAND...: the program's words go to the log; its exit code is the result.
probe() {
  local told=0
  { echo "\$ tribunal $*" && timeout 30 "$tribunal" "$@"; } >>"$place/probes.log" 2>&1 || told=$?
  return "$told"
}

# reads WHEN: everything of the known topic can be read, as it was written.
reads() {
  "$tribunal" consume --bootstrap "$bootstrap" --topic known --until-end 2>>"$place/probes.log" | head -n 2000 |
    cmp -s - "$place/known.txt" || broken "full: $1 the known topic cannot be read as it was written"
}

# refused WHEN: a record that finds no room is refused in the end, and the program says why.
refused() {
  local line
  line=$(head -c 60000 /dev/zero | tr '\0' x)
  if echo "$line" | "$tribunal" produce --bootstrap "$bootstrap" --topic known --partition 0 --delivery-timeout 2 \
    >"$place/refused.txt" 2>&1; then
    broken "full: $1 a record of 60 kB was acknowledged"
  fi
  grep -q 'KAFKA_STORAGE_ERROR' "$place/refused.txt" || broken "full: $1 the client was not told why: see $place/refused.txt"
}

# works_again WHEN: without a restart, within five seconds of there being room.
works_again() {
  echo end | "$tribunal" produce --bootstrap "$bootstrap" --topic known --delivery-timeout 5 >>"$place/probes.log" 2>&1 ||
    broken "full: $1 there is room, and a record is refused: see $place/probes.log"
  probe topic create "after-$RANDOM" --bootstrap "$bootstrap" || broken "full: $1 there is room, and no topic can be made"
}

full_under_load() {
  brim foreign
  say "full: filled to the brim by a foreign file"
  sleep 2
  for _ in 1 2 3; do
    reads "while the disk is full"
    refused "while the disk is full"
  done
  topics_refused
  alive "while the disk is full"
  rm "$disk/foreign"
  works_again "after room was made"
  say "full: room was made, and records are taken again"
  reads "after room was made"
}

# topics_refused: topics are made until the metadata log has no room in its last page. Then the answer says so.
topics_refused() {
  local number
  for number in $(seq 200); do
    probe topic create "more-$number" --bootstrap "$bootstrap" && continue
    tail -n 1 "$place/probes.log" | grep -q KAFKA_STORAGE_ERROR || broken "full: the answer to topic creation does not say why: see $place/probes.log"
    say "full: topic $number was refused: $(tail -n 1 "$place/probes.log" | cut -c 1-100)"
    probe topic list --bootstrap "$bootstrap" || broken "full: the topics cannot be listed"
    return
  done
  broken "full: the metadata log took 200 topics on a full disk"
}

alive() {
  kill -0 "$broker_pid" 2>/dev/null || broken "full: $1 the server ended: see $place/server.log"
}

# full_killed: killed while full, started while full. It serves reads, or says why it does not start.
full_killed() {
  sleep 2
  brim foreign
  broker_end KILL
  brim foreign-too
  say "full: killed while full, started while full"
  if broker_start "${server[@]}"; then
    reads "started while full"
    alive "started while full"
  else
    tail -n 1 "$place/server.log" | grep -q 'the disk is full.*free space' ||
      broken "full: it does not start, and does not say why: see $place/server.log"
    say "full: it does not start: $(tail -n 1 "$place/server.log" | grep -o 'the disk is full.*')"
  fi
  rm "$disk/foreign" "$disk/foreign-too"
  kill -0 "$broker_pid" 2>/dev/null || broker_start "${server[@]}" ||
    { broken "full: there is room, and it does not start: see $place/server.log"; return; }
  works_again "after a start while full"
  reads "after a start while full"
}

# full_retention: the load is over. Room is made by retention, while the disk is full.
full_retention() {
  judge_load
  probe topic create aging --bootstrap "$bootstrap" --config internal.segment.bytes=65536 --config retention.ms=6000 ||
    broken "full: a topic cannot be made"
  probe produce --bootstrap "$bootstrap" --topic aging --file "$place/known.txt" || broken "full: records are refused"
  brim foreign
  refused "before retention"
  say "full: retention has to make room"
  for _ in $(seq 30); do
    probe produce --bootstrap "$bootstrap" --topic known --delivery-timeout 1 --file "$root/LICENSE" && break
    sleep 0.5
  done
  tail -n 3 "$place/probes.log" | grep -q 'lines acknowledged' || broken "full: retention makes no room: see $place/server.log"
  reads "after retention made room"
  rm "$disk/foreign"
}

judge_load() {
  local told=0
  wait "$load" || told=$?
  load=
  say "full: $(head -n 1 "$place/verdict.txt"); $(grep -m 1 'produce requests of' "$place/verdict.txt")"
  [ "$told" != 1 ] || broken "full: a promise of the broker: see $place/verdict.txt"
  [ "$told" -le 1 ] || fail "full: $(tail -n 3 "$place/load.log" "$place/verdict.txt")"
  told=$(grep -cE '"op":"send".*"outcome":"info"' "$place/history.jsonl" || true)
  [ "$told" != 0 ] || fail "full: no client of the load was refused: nothing was tried"
  say "full: $told produce requests of the load were given up"
}

# full_end: the stopped directory is in order, and the server's log is short and says what to do.
full_end() {
  local lines
  broker_end TERM
  clean "$disk/data" "$place/verify.txt"
  lines=$(grep -c 'the disk is full' "$place/server.log" || true)
  [ "$lines" != 0 ] || broken "full: the server's log does not say that the disk is full"
  [ "$lines" -lt 60 ] || broken "full: the server's log says $lines times that the disk is full: see $place/server.log"
  say "full: $lines lines of the server's log say that the disk is full"
  umount "$disk" || true
}
