#!/bin/bash
# Installs what is missing, starts a real smbd on loopback in a temporary folder, and runs samples/QuickStart against it:
# sign in, list, write 100 MiB, read them back, compare, sign in again without a second connection or session.
#   ./demo.sh                       over SMB 3.1.1, signed
#   ./demo.sh --protection sealed   the same, encrypted
#   ./demo.sh --dialect all         over every dialect from NT1 to 3.1.1, signed and, where the dialect can, sealed
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
command -v dotnet >/dev/null || { echo "The .NET SDK 10 is needed."; exit 1; }

tests/lab/install.sh
echo "Building samples/QuickStart ..."
dotnet build samples/QuickStart -c Release --nologo -v quiet

lab=$(mktemp -d)
chmod 755 "$lab"
host=127.$((RANDOM % 60 + 2)).$((RANDOM % 250 + 1)).1
stop() { tests/lab/smbd.sh stop "$lab"; rm -rf "$lab"; }
trap stop EXIT
echo "Starting smbd on $host:4450 ..."
LAB_OWNER=$$ tests/lab/smbd.sh start "$lab" "$host" 4450 "server signing = mandatory"
SMB_PASSWORD='Passw0rd!' dotnet run -c Release --no-build --project samples/QuickStart -- --server "$host" --port 4450 --user alice "$@"
