#!/bin/bash
# Starts one smbd and compares this library with smbclient on it, in turn.   benchmarks/run.sh [MIB] [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
tests/lab/install.sh
dotnet build benchmarks/SmbClient.Benchmarks -c Release --nologo -v quiet
lab=$(mktemp -d)
chmod 755 "$lab"
host=127.$((RANDOM % 60 + 2)).$((RANDOM % 250 + 1)).1
trap 'tests/lab/smbd.sh stop "$lab"; rm -rf "$lab"' EXIT
LAB_OWNER=$$ tests/lab/smbd.sh start "$lab" "$host" 4450 "server signing = auto"
SMB_PASSWORD='Passw0rd!' dotnet run -c Release --no-build --project benchmarks/SmbClient.Benchmarks -- "$host" 4450 share alice "${1:-256}" "${2:-5}"
