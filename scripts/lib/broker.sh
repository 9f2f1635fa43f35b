# Sourced. Our own broker as a process: built, started, ended. One at a time.
# shellcheck shell=bash
broker_pid=

# broker_build ROOT: builds it; `tribunal` is where the binary lies.
broker_build() {
  (cd "$1" && cargo build --quiet --locked --release -p tribunal) || return 1
  tribunal=${CARGO_TARGET_DIR:-$1/target}/release/tribunal
}

# broker_spawn DATA PORT LOG [FLAG...]: starts it and waits for nothing.
broker_spawn() {
  local data=$1 port=$2 log=$3
  shift 3
  "$tribunal" serve --listeners "PLAINTEXT://127.0.0.1:$port" --log.dirs "$data" "$@" >>"$log" 2>&1 &
  broker_pid=$!
}

# broker_ready PORT: waits until it answers; 1 when it is gone, or silent for half a minute.
broker_ready() {
  for _ in $(seq 300); do
    "$tribunal" topic list --bootstrap "127.0.0.1:$1" >/dev/null 2>&1 && return
    kill -0 "$broker_pid" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# broker_start DATA PORT LOG [FLAG...]: starts it and waits until it answers.
broker_start() {
  broker_spawn "$@"
  broker_ready "$2"
}

# broker_end SIGNAL: ends it, if there is one, and waits until it is gone.
broker_end() {
  [ -n "$broker_pid" ] || return 0
  kill "-$1" "$broker_pid" 2>/dev/null || true
  wait "$broker_pid" 2>/dev/null || true
  broker_pid=
}
