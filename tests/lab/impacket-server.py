#!/usr/bin/python3
"""A server that we did not write and that differs from Samba: its SMB1 cannot sign, and can be made old.

impacket-server.py IP PORT SHAREDIR [--smb2] [--guests] [--noext] [--secmode 0x03]
  --smb2     speaks SMB 2.0.2 too, where it signs
  --guests   knows nobody, so that everybody is a guest, to whom it does not sign
  --noext    answers without extended security whatever the client offers: an 8-octet challenge
  --secmode  the SecurityMode octet to announce: 0x0f claims that signing is required (and does not sign), 0x02 is share-level
User alice, password Passw0rd!, share SHARE."""
import argparse
import logging
from impacket import ntlm, smb, smbserver

parser = argparse.ArgumentParser()
parser.add_argument('ip')
parser.add_argument('port', type=int)
parser.add_argument('directory')
parser.add_argument('--smb2', action='store_true')
parser.add_argument('--guests', action='store_true')
parser.add_argument('--noext', action='store_true')
parser.add_argument('--secmode', type=lambda text: int(text, 0))
arguments = parser.parse_args()
logging.basicConfig(level=logging.INFO)

negotiate = smbserver.SMBCommands.smbComNegotiate


def patched_negotiate(conn_id, server, command, packet):
    if arguments.noext:
        packet['Flags2'] &= ~smb.SMB.FLAGS2_EXTENDED_SECURITY
    response = negotiate(conn_id, server, command, packet)
    if arguments.secmode is not None:
        body = response[1][0]['Data'][0]
        raw = bytearray(body) if isinstance(body, (bytes, bytearray)) else bytearray(body.getData())
        raw[3] = arguments.secmode  # WordCount, DialectIndex, SecurityMode
        response[1][0]['Data'][0] = bytes(raw)
    return response


smbserver.SMBCommands.smbComNegotiate = staticmethod(patched_negotiate)
server = smbserver.SimpleSMBServer(listenAddress=arguments.ip, listenPort=arguments.port)
server.addShare('SHARE', arguments.directory, readOnly='no')
server.setSMB2Support(arguments.smb2)
if not arguments.guests:
    server.addCredential('alice', 0, ntlm.compute_lmhash('Passw0rd!').hex(), ntlm.compute_nthash('Passw0rd!').hex())
server.setSMBChallenge('')
server.setLogFile('')
server.start()
