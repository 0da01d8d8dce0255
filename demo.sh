#!/bin/bash
# Runs samples/QuickStart: sign in, list, write 100 MiB, read them back, compare, sign in again without a second connection or session.
#   ./demo.sh                        with a server of our own, in the same process, over SMB 3.1.1 and SMB1; needs neither Samba nor root
#   ./demo.sh --dialect all          the same over every dialect from NT1 to 3.1.1, signed and, where the dialect can, sealed
#   ./demo.sh --protection sealed    the same, encrypted
#   ./demo.sh --samba ...            any of it against a real smbd, which is installed if it is missing and runs in a temporary folder on loopback
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
command -v dotnet >/dev/null || { echo "The .NET SDK 10 is needed."; exit 1; }

samba=
if [ "${1:-}" = --samba ]; then
  samba=1
  shift
  tests/lab/install.sh
fi

echo "Building samples/QuickStart ..."
dotnet build samples/QuickStart -c Release --nologo -v quiet
if [ -z "$samba" ]; then
  exec dotnet run -c Release --no-build --project samples/QuickStart -- "$@"
fi

lab=$(mktemp -d)
chmod 755 "$lab"
host=127.$((RANDOM % 60 + 2)).$((RANDOM % 250 + 1)).1
stop() { tests/lab/smbd.sh stop "$lab"; rm -rf "$lab"; }
trap stop EXIT
echo "Starting smbd on $host:4450 ..."
LAB_OWNER=$$ tests/lab/smbd.sh start "$lab" "$host" 4450 "server signing = mandatory"
SMB_PASSWORD='Passw0rd!' dotnet run -c Release --no-build --project samples/QuickStart -- --server "$host" --port 4450 --user alice "$@"
