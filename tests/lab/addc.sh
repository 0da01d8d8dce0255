#!/bin/bash
# One domain controller of Active Directory, which Samba can be: KDC, LDAP, DNS and a smbd for the domain LAB.TEST, all on ports of their own
# address and with everything in DIR. Needs root.
#   addc.sh start DIR IP      the first start makes the domain
#   addc.sh stop DIR
# The controller is dc1.lab.test; who is in the domain is in addc-accounts.py. Share: share. Leaves DIR/krb5.conf, DIR/hosts and DIR/*.keytab.
# LAB_OWNER=PID stops it when that process ends.
. "$(dirname "$0")/common.sh"
[ $# -ge 2 ] || die "usage: start|stop DIR ..."
command=$1 D=$2; shift 2
[ "${D:0:1}" = / ] || die "DIR must be absolute"
here=$(dirname "$(realpath "$0")")
lib=/usr/lib/$(uname -m)-linux-gnu
export KRB5_CONFIG=$D/krb5.conf

write_config() { # IP
  cat > "$D/krb5.conf" <<K
[libdefaults]
  default_realm = LAB.TEST
  dns_lookup_realm = false
  dns_lookup_kdc = false
  dns_canonicalize_hostname = false
  rdns = false
  forwardable = true
[realms]
  LAB.TEST = {
    kdc = $1:88
  }
[domain_realm]
  .lab.test = LAB.TEST
K
  echo "$1 dc1.lab.test dc1 lab.test" > "$D/hosts"
  echo "nameserver $1" > "$D/resolv.conf"
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n' > "$D/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' > "$D/group"
  # Written anew: what provisioning leaves is a copy of /etc/samba/smb.conf with the machine's own folders.
  cat > "$D/smb.conf" <<C
[global]
  netbios name = DC1
  realm = LAB.TEST
  workgroup = LAB
  server role = active directory domain controller
  server services = s3fs, rpc, ldap, cldap, kdc, winbindd, dns
  interfaces = $1/8
  bind interfaces only = yes
  rpc server port = 49200
  private dir = $D/private
  state directory = $D/state
  cache directory = $D/cache
  lock directory = $D/lock
  pid directory = $D/pid
  binddns dir = $D/bind-dns
  ncalrpc dir = $D/ncalrpc
  winbindd socket directory = $D/winbindd
  ntp signd socket directory = $D/ntp_signd
  log file = $D/log.samba
  log level = 1
  max log size = 0
  allow dns updates = disabled
  dns update command = /bin/true
  spn update command = /bin/true
  tls enabled = no
  load printers = no
  printcap name = /dev/null
  disable spoolss = yes
  server min protocol = NT1
[sysvol]
  path = $D/state/sysvol
[share]
  path = $D/share
  read only = no
C
}

provision() { # IP
  echo "[global]" > "$D/empty.conf"
  samba-tool domain provision --configfile="$D/empty.conf" --targetdir="$D" --realm=LAB.TEST --domain=LAB --server-role=dc --dns-backend=SAMBA_INTERNAL \
    --host-name=dc1 --host-ip="$1" --adminpass='Adm1n-Passw0rd!' --option="interfaces=$1/8" --option="bind interfaces only=yes"
  write_config "$1"
  python3 "$here/addc-accounts.py" "$D/smb.conf" "$D"
}

start() {
  local ip=$1 port
  mkdir -p "$D"/{lock,pid,cache,share}
  chmod 755 "$D"
  chmod 777 "$D/share"
  echo controller > "$D/share/hello.txt"
  if [ -e "$D/provisioned" ]; then
    write_config "$ip"
  else
    provision "$ip" >"$D/stdout" 2>&1 || { tail -n 30 "$D/stdout" >&2; die "no domain"; }
    touch "$D/provisioned"
  fi
  # smbd asks winbindd, whose place is compiled into libwbclient; that variable moves it, where nss_wrapper is loaded and has both files.
  spawn "$D" env LD_PRELOAD="$lib/libnss_wrapper.so" NSS_WRAPPER_HOSTS="$D/hosts" NSS_WRAPPER_PASSWD="$D/passwd" NSS_WRAPPER_GROUP="$D/group" \
    SELFTEST_WINBINDD_SOCKET_DIR="$D/winbindd" samba --foreground --no-process-group --configfile="$D/smb.conf" --log-basename="$D"
  for port in 88 389 445 53 135; do wait_tcp "$ip" $port || { tail -n 30 "$D/stdout" "$D/log.samba" >&2; die "the controller did not open $ip:$port"; }; done
  watch_owner "$(realpath "$0")" "$D"
}

case $command in
  start) start "$@" ;;
  stop)
    stop_helpers "$D"
    stop_daemon "$D"
    ;;
  *) die "start or stop" ;;
esac
