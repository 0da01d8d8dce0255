#!/bin/bash
# The calls of SSPI, both roles, under wine, whose Kerberos is that of this machine: against a KDC of our own. Not part of test.sh, since wine stops short of
# the session key. Needs wine64 (Debian: wine64), krb5-kdc, krb5-admin-server and krb5-user.
set -euo pipefail
cd "$(dirname "$0")/../.."
wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
[ -x "$wine" ] || { echo "wine64 is missing."; exit 1; }
lab=$(mktemp -d)
stop() {
  "$(dirname "$(realpath "$wine")")/wineserver64" -k || true
  tests/lab/kdc.sh stop "$lab/kdc"
  rm -rf "$lab"
}
trap stop EXIT
address=127.$((RANDOM % 60 + 62)).$((RANDOM % 250 + 1)).1
LAB_OWNER=$$ tests/lab/kdc.sh start "$lab/kdc" "$address" 8888
dotnet publish tests/SmbClient.SspiSmoke -c Release -r win-x64 --self-contained --nologo -v quiet -o "$lab/out"
export KRB5_CONFIG=$lab/kdc/krb5.conf KRB5CCNAME=FILE:$lab/ccache KRB5_KTNAME=$lab/kdc/services.keytab KRB5RCACHENAME=dfl:
kinit -k -t "$lab/kdc/alice.keytab" alice
# mscoree stays on: .NET's own libraries import it.
export WINEPREFIX=$lab/wine WINEDEBUG=-all WINEDLLOVERRIDES="mshtml=" DISPLAY=
timeout 120 "$wine" "$lab/out/SmbClient.SspiSmoke.exe" cifs/files.mit.test 'MIT.TEST\alice' alice-Pw1
