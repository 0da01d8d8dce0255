#!/bin/bash
# Installs what the lab needs from Debian's packages, as root or with sudo. Does nothing where all of it is there.
#   install.sh [PACKAGE ...]      packages that some runs need besides, each named like its command
set -euo pipefail
packages=()
need() { # need COMMAND-OR-FILE PACKAGE
  command -v "$1" >/dev/null 2>&1 || [ -e "$1" ] || packages+=("$2")
}
lib=/usr/lib/$(uname -m)-linux-gnu
PATH=$PATH:/usr/sbin:/sbin
need smbd samba
need "$lib/samba/vfs/streams_xattr.so" samba-vfs-modules
need smbclient smbclient
need smbtorture samba-testsuite
need "$lib/libnss_wrapper.so" libnss-wrapper
need "$lib/libuid_wrapper.so" libuid-wrapper
need /usr/lib/python3/dist-packages/impacket python3-impacket
need rclone rclone
need curl curl
need java default-jre-headless
need /usr/share/java/jcifs.jar libjcifs-java
for extra in "$@"; do need "$extra" "$extra"; done
[ ${#packages[@]} -gt 0 ] || exit 0

sudo=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "The lab needs the packages ${packages[*]}: install them as root." >&2; exit 1; }
  sudo=(sudo)
fi
echo "Installing ${packages[*]} ..."
"${sudo[@]}" apt-get update -qq

# Debian's packages start their own servers, which nobody asked for: not during the installation, and not at the next start of the machine.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee $policy >/dev/null
  "${sudo[@]}" chmod 755 $policy
  trap '"${sudo[@]}" rm -f $policy' EXIT
fi
"${sudo[@]}" mkdir -p /usr/share/man/man1 # which images without manuals lack, and Java's packages do without badly
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
if [[ " ${packages[*]} " = *" samba "* ]] && command -v systemctl >/dev/null; then
  "${sudo[@]}" systemctl disable smbd nmbd samba-ad-dc >/dev/null 2>&1 || true
fi
