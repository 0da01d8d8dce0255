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
# Kerberos: MIT's KDC, its clock made wrong, both GSS libraries; Samba as a domain's controller and member, and names without DNS.
need krb5kdc krb5-kdc
need kadmin.local krb5-admin-server
need kinit krb5-user
need faketime faketime
need "$lib/libgssapi.so.3" libgssapi3-heimdal
need /usr/share/samba/setup/provision.ldif samba-ad-provision
need "$lib/samba/ldb/samba_dsdb.so" samba-dsdb-modules
need ldbsearch ldb-tools
need winbindd winbind
need "$lib/libresolv_wrapper.so" libresolv-wrapper
# The linker of programs compiled ahead of time
need gcc gcc
need "$lib/crt1.o" libc6-dev
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
if command -v systemctl >/dev/null; then
  services=()
  for package in "${packages[@]}"; do
    case $package in
      samba) services+=(smbd nmbd samba-ad-dc) ;;
      winbind | krb5-kdc | krb5-admin-server) services+=("$package") ;;
    esac
  done
  [ ${#services[@]} = 0 ] || "${sudo[@]}" systemctl disable "${services[@]}" >/dev/null 2>&1 || true
fi
