#!/bin/bash
# Installs what is missing, builds everything, and runs every test: the unit tests against both builds of the library, the interop tests against
# real servers, the conventions of the code, and the package. Ends with "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")" || exit 1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
say() { printf '\n== %s\n' "$*"; }

version=$(dotnet --version 2>/dev/null || true)
[ "${version%%.*}" -ge 10 ] 2>/dev/null || { echo "The .NET SDK 10 is needed; found '${version:-none}'."; exit 1; }

passed=0 failed=0 skipped=0

say "The lab's packages"
tests/lab/install.sh || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

say "Conventions"
check() { # check WHAT OUTPUT: output is what breaks the rule
  if [ -n "$2" ]; then
    printf '%s:\n%s\n' "$1" "$2"
    failed=$((failed + 1))
  else
    passed=$((passed + 1))
  fi
}
check "#if outside Compat/" "$(grep -rnE '^[[:space:]]*#(if|elif)' src --include='*.cs' | grep -vE '/(Compat|obj|bin)/')"
check "Files of more than 400 lines" "$(find src -name '*.cs' -not -path '*/obj/*' -exec wc -l {} + | awk '$1 > 400 && $2 != "total"')"
check "unsafe outside what calls the system's libraries" "$(grep -rlw unsafe src --include='*.cs' | grep -vE '/(Gss/Kerberos/Library|Gss/Kerberos/Sspi|obj|bin)/')"
check "Unfinished words" "$(grep -rnE 'TODO|FIXME|HACK|NotImplementedException' src samples --include='*.cs' | grep -vE '/(obj|bin)/')"
check "Compat/ of more than 1,000 lines" "$(cat src/SmbClient/Compat/*.cs | wc -l | awk '$1 > 1000')"

say "Build"
if ! dotnet build SmbClient.sln --nologo -v quiet; then
  echo "$passed passed, $((failed + 1)) failed, $skipped skipped"
  exit 1
fi

run() { # run PROJECT [OPTION ...]
  say "$*"
  local log results code attempt
  log=$(mktemp -d)
  for attempt in 1 2; do
    timeout -k 10 420 dotnet test "tests/$1" --no-build --nologo --logger "trx;LogFileName=$log/results.trx" --logger "console;verbosity=minimal" "${@:2}"
    code=$?
    [ $code = 124 ] || [ $code = 137 ] || break
    echo "$1 DID NOT END within 420 s (attempt $attempt). Its runner's option -longrunning 10 names the test."
  done
  results=$(grep -o '<Counters [^>]*>' "$log/results.trx" 2>/dev/null)
  count() { sed -nE "s/.* $1=\"([0-9]+)\".*/\1/p" <<<"$results"; }
  if [ -z "$results" ] || [ "$(count total)" = 0 ]; then
    echo "$1 ran no test."
    failed=$((failed + 1))
  else
    if [ $code != 0 ] && [ "$(count failed)" = 0 ]; then
      echo "$1 broke off with exit code $code."
      failed=$((failed + 1))
    fi
    passed=$((passed + $(count passed)))
    failed=$((failed + $(count failed)))
    skipped=$((skipped + $(count total) - $(count passed) - $(count failed)))
  fi
  rm -rf "$log"
}
run SmbClient.Tests
run SmbClient.Tests.NetStandard
run SmbClient.InteropTests
run SmbClient.EmbeddedTests
EMBEDDED_IN_MEMORY=1 run SmbClient.EmbeddedTests --filter "FullyQualifiedName!~Clients&FullyQualifiedName!~Torture&FullyQualifiedName!~Kerberos"

# Not every feed has Kerberos.NET (docs/kerberos-net.md). What could not be built has not passed, and is not counted as anything.
kerberos_net() {
  say "SmbClient.KerberosNet"
  local log
  log=$(mktemp)
  if ! dotnet restore tests/SmbClient.KerberosNet.Tests --nologo -v quiet >"$log" 2>&1; then
    grep -E 'error' "$log" | sed 's/ \[.*//' | sort -u
    rm -f "$log"
    kerberos_net="NOT BUILT, NOT TESTED: Kerberos.NET cannot be restored from the configured feeds (KERBEROS_NET_FEED names another)"
    return
  fi
  rm -f "$log"
  local version
  version=$(sed -nE 's/.*"Kerberos\.NET\/([^"]+)".*/\1/p' src/SmbClient.KerberosNet/obj/project.assets.json | head -n 1)
  if ! { dotnet build src/SmbClient.KerberosNet --no-restore --nologo -v quiet && dotnet build tests/SmbClient.KerberosNet.Tests --no-restore --nologo -v quiet; }; then
    failed=$((failed + 1))
    kerberos_net="DOES NOT BUILD against Kerberos.NET $version"
    return
  fi
  kerberos_net="built and tested against Kerberos.NET $version"
  packages+=(SmbClient.KerberosNet)
  run SmbClient.KerberosNet.Tests
}
packages=(SmbClient SmbClient.Server)
kerberos_net

sample() { # sample NAME COMMAND ...
  say "samples/$1"
  if "${@:2}"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
}

# Shares this folder, has smbclient list it, and stops.
serve_folder() {
  local log found=1
  log=$(mktemp)
  SMB_PASSWORD=sample setsid dotnet run --no-build --project samples/ServeFolder -- . --share sample --port 0 --read-only >"$log" 2>&1 &
  local pid=$! port
  for _ in $(seq 100); do
    port=$(sed -nE 's/.* on 127\.0\.0\.1:([0-9]+) .*/\1/p' "$log")
    [ -n "$port" ] && break
    sleep 0.1
  done
  smbclient --configfile=/dev/null "//127.0.0.1/sample" -p "${port:-1}" -U alice%sample -c ls | grep README.md && found=0
  kill -TERM -- -$pid 2>/dev/null
  wait $pid
  cat "$log"
  rm -f "$log"
  return $found
}
# A warning would say that the library cannot be trimmed or compiled ahead of time; the program then signs in and moves a file.
native_quickstart() {
  local out log good=1
  out=$(mktemp -d)
  log=$(dotnet publish samples/QuickStart -c Release --use-current-runtime -p:AheadOfTime=true --nologo -v quiet -o "$out" 2>&1)
  if [ -n "$(grep -E 'warning|error' <<<"$log")" ]; then
    printf '%s\n' "$log"
  else
    ls -l "$out/QuickStart" && "$out/QuickStart" --size 5 && good=0
  fi
  rm -rf "$out"
  return $good
}
sample "QuickStart, ahead of time" native_quickstart
sample AuthService dotnet run --no-build --project samples/AuthService -- demo
sample ServeFolder serve_folder

for package in "${packages[@]}"; do
  say "Package $package"
  if dotnet pack "src/$package" -c Release --nologo -v quiet -o artifacts && ls artifacts/$package.[0-9]*.nupkg artifacts/$package.[0-9]*.snupkg; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
done

echo
echo "SmbClient.KerberosNet: $kerberos_net"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
