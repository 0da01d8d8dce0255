#!/bin/bash
# One smbd that is a member of the domain of addc.sh, with its winbindd: files.lab.test, also called filesalias.lab.test, with everything in DIR. Needs root.
#   member.sh start DIR ADDIR IP ["smb.conf line" ...]      ADDIR is the running controller's
#   member.sh stop DIR
# Share: share. LAB_OWNER=PID stops it when that process ends.
. "$(dirname "$0")/common.sh"
[ $# -ge 2 ] || die "usage: start|stop DIR ..."
command=$1 D=$2; shift 2
[ "${D:0:1}" = / ] || die "DIR must be absolute"
lib=/usr/lib/$(uname -m)-linux-gnu

write_config() { # ADDIR IP LINE...
  local line
  # libnss_winbind would tell the users' ids, but its package edits /etc/nsswitch.conf: idmap_rid's are known beforehand.
  cat "$1/passwd" "$1/domain.passwd" > "$D/passwd"
  cat "$1/group" "$1/domain.group" > "$D/group"
  { cat "$1/hosts"; echo "$2 files.lab.test files"; } > "$D/hosts"
  cat > "$D/smb.conf" <<C
[global]
  workgroup = LAB
  realm = LAB.TEST
  security = ads
  netbios name = FILES
  netbios aliases = FILESALIAS
  interfaces = $2/8
  bind interfaces only = yes
  smb ports = 445
  private dir = $D/private
  lock directory = $D/lock
  state directory = $D/state
  cache directory = $D/cache
  pid directory = $D/pid
  ncalrpc dir = $D/ncalrpc
  binddns dir = $D/private
  winbindd socket directory = $D/winbindd
  log file = $D/log.%m
  log level = 1
  max log size = 0
  kerberos method = secrets and keytab
  dedicated keytab file = $D/krb5.keytab
  idmap config * : backend = tdb
  idmap config * : range = 3000-7999
  idmap config LAB : backend = rid
  idmap config LAB : range = 100000-199999
  password server = dc1.lab.test
  name resolve order = host
  load printers = no
  printcap name = /dev/null
  disable spoolss = yes
  server min protocol = NT1
C
  for line in "${@:3}"; do printf '  %s\n' "$line"; done >> "$D/smb.conf"
  printf '[share]\n  path = %s\n  read only = no\n' "$D/share" >> "$D/smb.conf"
}

start() {
  local domain=$1 ip=$2 environment
  mkdir -p "$D"/{private,lock,state,cache,pid,ncalrpc,winbindd,share}
  chmod 755 "$D" "$D/winbindd"
  chmod 777 "$D/share"
  echo member > "$D/share/hello.txt"
  write_config "$@"
  environment=(KRB5_CONFIG="$domain/krb5.conf" LD_PRELOAD="$lib/libnss_wrapper.so $lib/libresolv_wrapper.so" RESOLV_WRAPPER_CONF="$domain/resolv.conf"
    NSS_WRAPPER_HOSTS="$D/hosts" NSS_WRAPPER_PASSWD="$D/passwd" NSS_WRAPPER_GROUP="$D/group" SELFTEST_WINBINDD_SOCKET_DIR="$D/winbindd")
  if [ ! -e "$D/joined" ]; then
    # Over LDAP it falls back to NTLM, and complains.
    env "${environment[@]}" net ads join -S dc1.lab.test --configfile="$D/smb.conf" -U 'Administrator%Adm1n-Passw0rd!' --no-dns-updates >"$D/stdout" 2>&1 || { cat "$D/stdout" >&2; die "not joined"; }
    touch "$D/joined"
  fi
  spawn "$D/winbindd" env "${environment[@]}" winbindd --foreground --no-process-group --configfile="$D/smb.conf" --log-basename="$D"
  spawn "$D" env "${environment[@]}" smbd --foreground --no-process-group --configfile="$D/smb.conf" --log-basename="$D"
  wait_tcp "$ip" 445 || { tail -n 30 "$D/stdout" "$D"/log.* >&2; die "smbd did not open $ip:445"; }
  watch_owner "$(realpath "$0")" "$D"
}

case $command in
  start) start "$@" ;;
  stop)
    stop_daemon "$D"
    stop_daemon "$D/winbindd"
    stop_helpers "$D"
    ;;
  *) die "start or stop" ;;
esac
