# Sourced by clients.sh. The server under test: one that this script starts and may kill, or one that is there already.
#
# $server is serve, apache-kafka or bootstrap; $serve the command of the first, with PORT and DIR to be filled in;
# $bootstrap the address, known from the start only in the last case. $work holds the server's data and output.

free_port() {
  local port
  for _ in $(seq 100); do
    port=$((20000 + RANDOM % 10000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || (exec 3<>"/dev/tcp/127.0.0.1/$((port + 1))") 2>/dev/null || break
  done
  echo "$port"
}

# Starts the server, the first time or again on the same port and data; returns when it answers.
start_server() {
  case $server in
  bootstrap) ;;
  apache-kafka)
    port=${port:-$(free_port)} bootstrap=127.0.0.1:$port
    "$scripts/apache-kafka.sh" start "$work/server" --port "$port" >>"$work/server.log" 2>&1 ||
      { tail -n 20 "$work/server.log" >&2; return 1; }
    ;;
  serve)
    port=${port:-$(free_port)} bootstrap=127.0.0.1:$port
    local command=${serve//PORT/$port}
    command=${command//DIR/$work/server}
    mkdir -p "$work/server"
    setsid bash -c "exec $command" >>"$work/server.log" 2>&1 </dev/null &
    server_pid=$!
    ;;
  esac
  local reason attempt
  for attempt in $(seq 30); do
    reason=$(python3 "$here/shared/wire.py" wait "$bootstrap" 2) && return
    [ "$server" != bootstrap ] || { echo "nothing that speaks Kafka's protocol answers: $reason" >&2; return 1; }
    if ! server_runs; then
      reason="it has ended"
      break
    fi
  done
  echo "the server does not answer: $reason" >&2
  echo "its output, $work/server.log, ends:" >&2
  tail -n 20 "$work/server.log" >&2
  return 1
}

kill_server() {
  case $server in
  apache-kafka) "$scripts/apache-kafka.sh" kill "$work/server" 1 ;;
  serve)
    kill -9 "$server_pid"
    wait "$server_pid" 2>/dev/null || true
    ;;
  esac
}

# Whether the server that this script started is still there: one that ended by itself has failed, whatever it answered.
server_runs() {
  [ "$server" != serve ] || kill -0 "$server_pid" 2>/dev/null
}

stop_server() {
  case $server in
  apache-kafka) [ ! -e "$work/server" ] || "$scripts/apache-kafka.sh" stop "$work/server" ;;
  serve)
    [ -n "${server_pid:-}" ] || return 0
    kill "$server_pid" 2>/dev/null || return 0
    for _ in $(seq 100); do kill -0 "$server_pid" 2>/dev/null || return 0; sleep 0.1; done
    kill -9 "$server_pid" 2>/dev/null || true
    ;;
  esac
}
