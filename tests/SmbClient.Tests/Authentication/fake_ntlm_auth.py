#!/usr/bin/env python3
"""Speaks ntlm_auth's ntlm-server-1 as Samba 4.17 does, for one user, alice, whose password is Secret-42. Other users make it misbehave."""
import base64
import hashlib
import hmac
import sys
import time

NT_HASH = bytes.fromhex("5b00b070a72ac18f11c2fe4e6295f617")


def md5(key, data):
    return hmac.new(key, data, hashlib.md5).digest()


def say(*lines):
    for line in lines:
        print(line)
    sys.stdout.flush()


def refuse(reason):
    # Two dots: the first ends the reason, the second the request.
    say("Authenticated: No", "Authentication-Error: " + reason, ".", ".")


def check(fields):
    user = fields.get("Username", "")
    domain = fields.get("NT-Domain", "")
    if user == "hang":
        time.sleep(600)
    if user == "die":
        sys.exit(1)
    if user == "garbage":
        return say("What do you want?", ".")
    if user == "nokey":
        return say("Authenticated: Yes", ".")
    if user == "locked":
        return refuse("The user account has been automatically locked because too many invalid logon attempts or password change attempts have been requested.")
    if user == "down":
        return refuse("Reading winbind reply failed!")
    if user == "stranger":
        return refuse("The specified account does not exist.")
    if user == "arguments":
        return refuse(" ".join(sys.argv[1:]))

    challenge = bytes.fromhex(fields["LANMAN-Challenge"])
    response = bytes.fromhex(fields["NT-Response"])
    for name in (domain, domain.upper(), ""):
        key = md5(NT_HASH, (user.upper() + name).encode("utf-16-le"))
        if user.lower() in ("alice", "älice") and hmac.compare_digest(md5(key, challenge + response[16:]), response[:16]):
            say("Authenticated: Yes", "User-Session-Key: " + md5(key, response[:16]).hex().upper(), ".")
            if domain == "ONCE":
                sys.exit(0)
            return None
    return refuse("The attempted logon is invalid. This is either due to a bad username or authentication information.")


def main():
    fields = {}
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line == ".":
            check(fields)
            fields = {}
        elif ":: " in line:
            name, value = line.split(":: ", 1)
            fields[name] = base64.b64decode(value).decode()
        elif ": " in line:
            name, value = line.split(": ", 1)
            fields[name] = value
        else:
            say("Error: Parameter not found!", ".")


main()
