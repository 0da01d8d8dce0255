# Sourced by the other scripts. All state of one server is in one directory, whose path must be absolute.
set -euo pipefail
ulimit -c 0
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH LC_ALL=C.UTF-8

die() { echo "$0: $*" >&2; exit 1; }

# A zombie counts as gone.
running() { local state; read -r _ state _ < <(grep -s '^State:' "/proc/$1/status") && [ "${state:0:1}" != Z ]; }

# wait_tcp IP PORT: until something accepts, 20 s at most
wait_tcp() {
  local end=$((SECONDS + 20))
  until (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.05
  done
}

# spawn DIR COMMAND...: a daemon in a session of its own; we write its pid
spawn() {
  local dir=$1; shift
  setsid "$@" </dev/null >>"$dir/stdout" 2>&1 &
  echo $! > "$dir/daemon.pid"
}

# watch_owner SCRIPT DIR: stops the server when the process LAB_OWNER ends, however it ends
watch_owner() {
  [ -n "${LAB_OWNER:-}" ] || return 0
  setsid bash -c 'tail --pid="$1" -f /dev/null; exec "$2" stop "$3"' _ "$LAB_OWNER" "$1" "$2" </dev/null >/dev/null 2>&1 &
}

# stop_daemon DIR: only what we started, by its pid; its whole session, politely and then not
stop_daemon() {
  local pid
  [ -s "$1/daemon.pid" ] || return 0
  pid=$(cat "$1/daemon.pid")
  rm -f "$1/daemon.pid"
  running "$pid" || return 0
  kill -TERM -- "-$pid" 2>/dev/null || true
  for _ in $(seq 100); do group_running "$pid" || return 0; sleep 0.05; done
  kill -KILL -- "-$pid" 2>/dev/null || true
}

# group_running PID: whether any process of its group still does something, such as remove its own files from the folder that we are about to remove
group_running() {
  cat /proc/[0-9]*/stat 2>/dev/null | awk -v group="$1" '{ sub(/.*\) /, ""); if ($3 == group && $1 != "Z") found = 1 } END { exit !found }'
}

# stop_helpers DIR: what Samba starts in sessions of their own: the RPC helper, and a controller's smbd and winbindd
stop_helpers() {
  local f pid
  for f in "$1"/pid/{smbd,winbindd,samba-dcerpcd}.pid "$1"/ncalrpc/samba-dcerpcd.pid; do
    [ -s "$f" ] && pid=$(cat "$f" 2>/dev/null) || continue
    tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -qF "$1/" || continue
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 100); do group_running "$pid" || break; sleep 0.05; done
  done 2>/dev/null
}
