#!/usr/bin/python3
"""A client that we did not write: impacket's SMBConnection signs in, and moves a file there and back.

impacket-client.py DIALECT IP PORT PASSWORD SHARE FOLDER LOCAL BACK
  DIALECT is NT1, 202, 210, 300 or 311. In SHARE a directory FOLDER is made: LOCAL is stored there as kept.bin and read back into BACK; another copy is
  renamed, listed and deleted. Prints what it finds on the way as lines NAME=VALUE; ends with 2 and the status when the server refuses."""
import sys
from impacket import smb, smb3structs, smbconnection

dialects = {'NT1': smb.SMB_DIALECT, '202': smb3structs.SMB2_DIALECT_002, '210': smb3structs.SMB2_DIALECT_21, '300': smb3structs.SMB2_DIALECT_30,
            '311': smb3structs.SMB2_DIALECT_311}
dialect, ip, port, password, share, folder, local, back = sys.argv[1:]


def names(connection, pattern):
    return '/'.join(sorted(f'{f.get_longname()}:{f.get_filesize()}' for f in connection.listPath(share, pattern) if not f.is_directory()))


def run(connection):
    if dialect == '311':
        # impacket 0.10 does this for Kerberos and forgets it for NTLM: a session's hash goes on from its connection's ([MS-SMB2] 3.2.5.3).
        server = connection.getSMBServer()
        server._Session['PreauthIntegrityHashValue'] = server._Connection['PreauthIntegrityHashValue']
    connection.login('alice', password)
    found = connection.getDialect()
    print(f'dialect={found if isinstance(found, str) else hex(found)}')
    print(f'signing={bool(connection.isSigningRequired())}')
    print(f'shares={"/".join(sorted(s["shi1_netname"][:-1] for s in connection.listShares()))}')
    connection.createDirectory(share, folder)
    for name in ('kept.bin', 'other.bin'):
        with open(local, 'rb') as source:
            connection.putFile(share, f'{folder}\\{name}', source.read)
    with open(back, 'wb') as target:
        connection.getFile(share, f'{folder}\\kept.bin', target.write)
    connection.rename(share, f'{folder}\\other.bin', f'{folder}\\renamed.bin')
    print(f'files={names(connection, folder + chr(92) + "*")}')
    connection.deleteFile(share, f'{folder}\\renamed.bin')
    connection.createDirectory(share, f'{folder}\\empty')
    connection.deleteDirectory(share, f'{folder}\\empty')
    print(f'left={names(connection, folder + chr(92) + "*")}')
    connection.logoff()


try:
    run(smbconnection.SMBConnection(ip, ip, sess_port=int(port), preferredDialect=dialects[dialect]))
except smbconnection.SessionError as error:
    print(error)
    sys.exit(2)
