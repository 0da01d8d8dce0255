#!/bin/bash
# One KDC of MIT krb5 with everything in DIR; needs no root.
#   kdc.sh start DIR IP PORT [REALM]      MIT.TEST unless said; its host names end with the realm in small letters
#   kdc.sh stop DIR
# Users: alice bob carol ünï, each with the password NAME-Pw1; bob's tickets cannot be forwarded.
# Services, all in DIR/services.keytab: cifs/HOST.mit.test for
#   files    trusted for delegation                nodeleg  not trusted
#   aes128 sha2 rc4    keys of one type each       pac      tickets with the KDC's small PAC; those of the others have none, because a smbd
#                                                           outside of a domain refuses every PAC
# Leaves DIR/krb5.conf, DIR/services.keytab, DIR/alice.keytab, and the log DIR/kdc.log, which has a line with AS_REQ or TGS_REQ for each request.
# LAB_CLOCK=+2h runs the KDC by a clock that is wrong by so much (needs faketime). LAB_OWNER=PID stops it when that process ends.
. "$(dirname "$0")/common.sh"
[ $# -ge 2 ] || die "usage: start|stop DIR ..."
command=$1 D=$2; shift 2
[ "${D:0:1}" = / ] || die "DIR must be absolute"
export KRB5_CONFIG=$D/krb5.conf KRB5_KDC_PROFILE=$D/kdc.conf

write_config() { # IP PORT REALM
  cat > "$D/krb5.conf" <<K
[libdefaults]
  default_realm = $3
  dns_lookup_realm = false
  dns_lookup_kdc = false
  dns_canonicalize_hostname = false
  rdns = false
  forwardable = true
[realms]
  $3 = {
    kdc = $1:$2
  }
[domain_realm]
  .${3,,} = $3
K
  cat > "$D/kdc.conf" <<K
[kdcdefaults]
  kdc_listen = $1:$2
  kdc_tcp_listen = $1:$2
[realms]
  $3 = {
    database_name = $D/principal
    key_stash_file = $D/stash
    max_life = 10h
    default_principal_flags = +preauth,+forwardable
    supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal aes256-cts-hmac-sha384-192:normal aes128-cts-hmac-sha256-128:normal arcfour-hmac:normal
  }
[logging]
  kdc = FILE:$D/kdc.log
K
}

create_realm() { # REALM
  local domain=${1,,}
  kdb5_util -r "$1" create -s -P master
  kadmin.local -r "$1" <<Q
addprinc -pw alice-Pw1 alice
addprinc -pw bob-Pw1 -allow_forwardable bob
addprinc -pw carol-Pw1 carol
addprinc -pw ünï-Pw1 ünï
addprinc -randkey +no_auth_data_required +ok_as_delegate cifs/files.$domain
addprinc -randkey +no_auth_data_required cifs/nodeleg.$domain
addprinc -randkey +no_auth_data_required -e aes128-cts-hmac-sha1-96:normal cifs/aes128.$domain
addprinc -randkey +no_auth_data_required -e aes256-cts-hmac-sha384-192:normal cifs/sha2.$domain
addprinc -randkey +no_auth_data_required -e arcfour-hmac:normal cifs/rc4.$domain
addprinc -randkey cifs/pac.$domain
ktadd -norandkey -k $D/services.keytab cifs/files.$domain cifs/nodeleg.$domain cifs/aes128.$domain cifs/sha2.$domain cifs/rc4.$domain cifs/pac.$domain
ktadd -norandkey -k $D/alice.keytab alice
Q
}

start() {
  local ip=$1 port=$2 realm=${3:-MIT.TEST} clock=()
  mkdir -p "$D"
  chmod 755 "$D"
  write_config "$ip" "$port" "$realm"
  [ -e "$D/alice.keytab" ] || create_realm "$realm" >"$D/stdout" 2>&1 || { cat "$D/stdout" >&2; die "no realm"; }
  [ -z "${LAB_CLOCK:-}" ] || clock=(faketime -f "$LAB_CLOCK")
  spawn "$D" "${clock[@]}" krb5kdc -n -r "$realm"
  wait_tcp "$ip" "$port" || { cat "$D/stdout" "$D/kdc.log" >&2; die "the KDC did not open $ip:$port"; }
  watch_owner "$(realpath "$0")" "$D"
}

case $command in
  start) start "$@" ;;
  stop) stop_daemon "$D" ;;
  *) die "start or stop" ;;
esac
