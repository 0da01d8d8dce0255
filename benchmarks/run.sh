#!/bin/bash
# Starts a real smbd for each protection and compares this library with smbclient, and where it can with rclone, in turn on the same server.
#   benchmarks/run.sh [--dialect SMB3_11] [--only transfer|files|listing|signin|line|server|authenticate|kerberos] [--mib 1024] [--rounds 5] [--files 500]
# Everything is written below TMPDIR: three times the size of a transfer has to fit.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
if [[ " $* " == *" --only authenticate "* ]]; then # needs no server
  exec dotnet run -c Release --project benchmarks/SmbClient.Benchmarks -- "$@"
fi
tests/lab/install.sh rclone
dotnet build benchmarks/SmbClient.Benchmarks -c Release --nologo -v quiet

lab=$(mktemp -d)
chmod 755 "$lab"
network=127.$((RANDOM % 60 + 2)).$((RANDOM % 250 + 1))
stop() {
  tests/lab/kdc.sh stop "$lab/kdc"
  for row in unsigned signed sealed; do tests/lab/smbd.sh stop "$lab/$row"; done
  rm -rf "$lab"
}
trap stop EXIT
export LAB_OWNER=$$ LAB_MANY=10000
tests/lab/kdc.sh start "$lab/kdc" "$network.4" 8888
export KRB5_CONFIG=$lab/kdc/krb5.conf KRB5_KTNAME=$lab/kdc/services.keytab KRB5RCACHENAME=dfl:$lab
if [[ " $* " == *" --only kerberos "* ]]; then # needs only the KDC
  dotnet run -c Release --no-build --project benchmarks/SmbClient.Benchmarks -- "$@"
  exit
fi
tests/lab/smbd.sh start "$lab/unsigned" "$network.1" 4450 "server signing = auto"
tests/lab/smbd.sh start "$lab/signed" "$network.2" 4450 "server signing = mandatory"
tests/lab/smbd.sh start "$lab/sealed" "$network.3" 4450 "server smb encrypt = required" "server min protocol = SMB3_00"
SMB_PASSWORD='Passw0rd!' dotnet run -c Release --no-build --project benchmarks/SmbClient.Benchmarks -- \
  --unsigned "$network.1" --signed "$network.2" --sealed "$network.3" "$@"
