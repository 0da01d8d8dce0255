#!/bin/bash
# One impacket server:  impacket.sh start DIR IP PORT [option of impacket-server.py ...]  |  impacket.sh stop DIR
. "$(dirname "$0")/common.sh"
[ $# -ge 2 ] || die "usage: start|stop DIR ..."
command=$1 D=$2; shift 2
case $command in
  start)
    mkdir -p "$D/shares/share"
    echo impacket > "$D/shares/share/hello.txt"
    ip=$1 port=$2; shift 2
    spawn "$D" /usr/bin/python3 "$(dirname "$(realpath "$0")")/impacket-server.py" "$ip" "$port" "$D/shares/share" "$@"
    wait_tcp "$ip" "$port" || { cat "$D/stdout" >&2; die "impacket did not open $ip:$port"; }
    watch_owner "$(realpath "$0")" "$D"
    ;;
  stop) stop_daemon "$D" ;;
  *) die "start or stop" ;;
esac
