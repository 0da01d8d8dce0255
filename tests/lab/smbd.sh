#!/bin/bash
# One standalone smbd with everything in DIR and no change to the machine: its users live in a file that nss_wrapper serves.
#   smbd.sh start DIR IP "PORT ..." ["smb.conf line" ...]
#   smbd.sh stop DIR
#   smbd.sh count DIR      the server's own view: current connections, current sessions, sign-ins since its start
# Users: alice/Passw0rd!  bob/B0b-Secret  ünï/Pässwörd€  disabled/x.  Unknown users become guest.
# Shares: share ro guest many (LAB_MANY files) uni private (bob only) encrypted (SMB3 only, sealed) durable (grants durable handles)
#         sparse (a file takes no more room than was written to it) streams (files have named streams)
#         snapshots (then.txt, in the state of 2020-02-29 12:00:00 too)
# LAB_OWNER=PID stops the server when that process ends.
. "$(dirname "$0")/common.sh"
[ $# -ge 2 ] || die "usage: start|stop|count DIR ..."
command=$1 D=$2; shift 2
[ "${D:0:1}" = / ] || die "DIR must be absolute"
shares=(share ro guest many uni private encrypted durable sparse streams snapshots)
lib=/usr/lib/$(uname -m)-linux-gnu
preload=$lib/libnss_wrapper.so
uid_alice=20001 uid_bob=20002 uid_uni=20003
if [ "$(id -u)" != 0 ]; then
  # Samba's own way to run its tests without root: everybody is the caller.
  preload="$preload $lib/libuid_wrapper.so"
  export UID_WRAPPER=1 UID_WRAPPER_ROOT=1
  uid_alice=$(id -u) uid_bob=$(id -u) uid_uni=$(id -u)
fi
export NSS_WRAPPER_PASSWD=$D/passwd NSS_WRAPPER_GROUP=$D/group

write_accounts() {
  cat > "$D/passwd" <<P
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/bin/false
alice:x:$uid_alice:$uid_alice::/nonexistent:/bin/false
bob:x:$uid_bob:$uid_bob::/nonexistent:/bin/false
ünï:x:$uid_uni:$uid_uni::/nonexistent:/bin/false
disabled:x:$uid_bob:$uid_bob::/nonexistent:/bin/false
P
  cat > "$D/group" <<P
root:x:0:
nogroup:x:65534:
alice:x:$uid_alice:
bob:x:$uid_bob:
ünï:x:$uid_uni:
P
}

write_config() { # IP PORTS LINE...
  local ip=$1 ports=$2 line share; shift 2
  {
    cat <<C
[global]
  workgroup = LABWG
  netbios name = LABSRV
  server role = standalone server
  interfaces = $ip/8
  bind interfaces only = yes
  smb ports = $ports
  private dir = $D/private
  lock directory = $D/lock
  state directory = $D/state
  cache directory = $D/cache
  pid directory = $D/pid
  ncalrpc dir = $D/ncalrpc
  binddns dir = $D/private
  log file = $D/log.smbd
  log level = 1 auth:3
  max log size = 0
  passdb backend = tdbsam:$D/private/passdb.tdb
  map to guest = Bad User
  guest account = nobody
  load printers = no
  printing = bsd
  printcap name = /dev/null
  disable spoolss = yes
  usershare max shares = 0
  unix charset = UTF-8
  dns proxy = no
  name resolve order = bcast
  server min protocol = NT1
C
    for line in "$@"; do printf '  %s\n' "$line"; done
    for share in "${shares[@]}"; do
      printf '[%s]\n  path = %s\n' "$share" "$D/shares/$share"
      case $share in
        ro | many) ;;
        encrypted) printf '  read only = no\n  smb encrypt = required\n' ;;
        durable) printf '  read only = no\n  kernel oplocks = no\n  kernel share modes = no\n  posix locking = no\n' ;;
        sparse) printf '  read only = no\n  strict allocate = no\n' ;;
        snapshots) printf '  read only = no\n  vfs objects = shadow_copy2\n  shadow:snapdir = .snapshots\n  shadow:mountpoint = %s\n' "$D/shares/$share" ;;
        streams) printf '  read only = no\n  vfs objects = streams_xattr\n' ;;
        guest) printf '  read only = no\n  guest ok = yes\n' ;;
        private) printf '  read only = no\n  valid users = bob\n' ;;
        *) printf '  read only = no\n' ;;
      esac
    done
  } > "$D/smb.conf"
}

add_user() {
  printf '%s\n%s\n' "$2" "$2" | LD_PRELOAD=$preload smbpasswd -c "$D/smb.conf" -s -a "$1" >>"$D/stdout" 2>&1
}

fill_shares() {
  umask 0
  echo hello > "$D/shares/share/hello.txt"
  echo ro > "$D/shares/ro/ro.txt"
  echo guest > "$D/shares/guest/guest.txt"
  echo bob > "$D/shares/private/bob.txt"
  echo encrypted > "$D/shares/encrypted/encrypted.txt"
  mkdir -p "$D/shares/snapshots/.snapshots/@GMT-2020.02.29-12.00.00"
  echo then > "$D/shares/snapshots/.snapshots/@GMT-2020.02.29-12.00.00/then.txt"
  echo now > "$D/shares/snapshots/then.txt"
  for name in 'naïve.txt' 'žluťoučký kůň.txt' '日本語.txt' '😀 emoji.txt' 'Σίσυφος ς.txt'; do echo "$name" > "$D/shares/uni/$name"; done
  # Names of one file: ten thousand files take a hundred times longer.
  (cd "$D/shares/many" && touch file00001.txt && perl -e 'link "file00001.txt", sprintf("file%05d.txt", $_) for 2 .. $ARGV[0]' "${LAB_MANY:-100}")
  chmod 777 "$D"/shares/*
}

start() {
  local ip=$1 ports=$2 port
  mkdir -p "$D"/{private,lock,state,cache,pid,ncalrpc} "${shares[@]/#/$D/shares/}"
  chmod 755 "$D" "$D/shares"
  write_accounts
  write_config "$@"
  add_user alice 'Passw0rd!'
  add_user bob 'B0b-Secret'
  add_user ünï 'Pässwörd€'
  add_user disabled x
  LD_PRELOAD=$preload smbpasswd -c "$D/smb.conf" -d disabled >>"$D/stdout" 2>&1
  (fill_shares)
  spawn "$D" env LD_PRELOAD="$preload" smbd --foreground --no-process-group --configfile="$D/smb.conf" --log-basename="$D"
  for port in $ports; do wait_tcp "$ip" "$port" || { cat "$D/stdout" "$D/log.smbd" >&2; die "smbd did not open $ip:$port"; }; done
  for _ in $(seq 40); do [ "$(connections)" = 0 ] && break; sleep 0.05; done # ours just now, which nobody is to count
  watch_owner "$(realpath "$0")" "$D"
}

stop() {
  stop_daemon "$D"
  stop_helpers "$D"
}

# The server's address as /proc/net/tcp writes it: hexadecimal, in the machine's order of octets.
local_address() {
  local a b c d
  IFS=. read -r a b c d < <(sed -nE 's/^ *interfaces = ([0-9.]+)\/8$/\1/p' "$D/smb.conf")
  printf '%02X%02X%02X%02X' "$d" "$c" "$b" "$a"
}

# The kernel knows the server's connections, those without a session too.
connections() {
  awk -v ip="$(local_address)" '$4 == "01" && index($2, ip ":") == 1' /proc/net/tcp | wc -l
}

count() {
  printf 'connections=%d ' "$(connections)"
  # One line a session:
  LD_PRELOAD=$preload smbstatus --configfile="$D/smb.conf" -p 2>/dev/null | awk '
    /^-+$/ { table = 1; next }
    table && NF { sessions++ }
    END { printf "sessions=%d ", sessions }'
  echo "signins=$(grep -c '^  check_ntlm_password:.*succeeded' "$D/log.smbd" || true)"
}

case $command in
  start) start "$@" ;;
  stop) stop ;;
  count) count ;;
  *) die "start, stop or count" ;;
esac
