#!/bin/bash
# Runs samples/QuickStart: sign in, list, write 100 MiB, read them back, compare, sign in again without a second connection or session.
#   ./demo.sh                        with a server of our own, in the same process, over SMB 3.1.1 and SMB1; needs neither Samba nor root
#   ./demo.sh --dialect all          the same over every dialect from NT1 to 3.1.1, signed and, where the dialect can, sealed
#   ./demo.sh --protection sealed    the same, encrypted
#   ./demo.sh --samba ...            any of it against a real smbd, which is installed if it is missing and runs in a temporary folder on loopback
#   ./demo.sh --kerberos ...         any of it against a member of a domain of Active Directory, by Kerberos and nothing else; Samba is the member
#                                    and the domain's controller, which needs root
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
command -v dotnet >/dev/null || { echo "The .NET SDK 10 is needed."; exit 1; }

servers=
case "${1:-}" in
  --samba | --kerberos)
    servers=$1
    shift
    [ "$servers" = --samba ] || [ "$(id -u)" = 0 ] || { echo "The domain controller needs root."; exit 1; }
    tests/lab/install.sh
    ;;
esac

echo "Building samples/QuickStart ..."
dotnet build samples/QuickStart -c Release --nologo -v quiet
quickstart() { dotnet run -c Release --no-build --project samples/QuickStart -- "$@"; }
if [ -z "$servers" ]; then
  quickstart "$@"
  exit
fi

lab=$(mktemp -d)
chmod 755 "$lab"
network=127.$((RANDOM % 60 + 2)).$((RANDOM % 250 + 1))
export LAB_OWNER=$$
stop() {
  for script in member addc smbd; do tests/lab/$script.sh stop "$lab/$script"; done
  rm -rf "$lab"
}
trap stop EXIT
if [ "$servers" = --samba ]; then
  echo "Starting smbd on $network.1:4450 ..."
  tests/lab/smbd.sh start "$lab/smbd" $network.1 4450 "server signing = mandatory"
  SMB_PASSWORD='Passw0rd!' quickstart --server $network.1 --port 4450 --user alice "$@"
else
  echo "Starting the controller of the domain LAB.TEST on $network.1 ..."
  tests/lab/addc.sh start "$lab/addc" $network.1
  echo "Starting its member files.lab.test on $network.2 ..."
  tests/lab/member.sh start "$lab/member" "$lab/addc" $network.2 "server signing = mandatory"
  # No DNS knows these names: the realm's KDC is in the configuration, and the server's address is said.
  export KRB5_CONFIG=$lab/addc/krb5.conf
  SMB_PASSWORD=Passw0rd-alice quickstart --server files.lab.test --address $network.2 --user alice@LAB.TEST --kerberos "$@"
fi
