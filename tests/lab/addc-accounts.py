#!/usr/bin/python3
"""Fills a new domain, before its controller runs: one process instead of a samba-tool for each account.

addc-accounts.py SMB.CONF DIR
  Users, each with the password Passw0rd-NAME: alice, bob (sensitive: cannot be delegated), carol, ünï, disabled, expired, mustchange.
  Groups: builders (alice, carol) is in engineers, which is in everyone-lab.
  Services: svc-smb, trusted for delegation, is cifs/svc.lab.test, cifs/svc and cifs/svcalias.lab.test; svc-nodeleg, not trusted, is cifs/nodeleg.lab.test.
  DIR/svc.keytab, DIR/nodeleg.keytab and DIR/alice.keytab have their keys; DIR/domain.passwd and DIR/domain.group are how the domain's users look on a member,
  whose ids are arithmetic: 100000 and the last number of the SID."""
import sys
import samba.dckeytab  # gives Net its export_keytab
from samba.auth import system_session
from samba.credentials import Credentials
from samba.dsdb import UF_NOT_DELEGATED, UF_TRUSTED_FOR_DELEGATION
from samba.ndr import ndr_unpack
from samba.dcerpc import security
from samba.net import Net
from samba.param import LoadParm
from samba.samdb import SamDB
import ldb

configuration, directory = sys.argv[1:]
lp = LoadParm(configuration)
db = SamDB(url=lp.private_path('sam.ldb'), session_info=system_session(), lp=lp)
users = f'CN=Users,{db.domain_dn()}'


def change(name, attribute, value):
    message = ldb.Message(ldb.Dn(db, f'CN={name},{users}'))
    message[attribute] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, attribute)
    db.modify(message)


def rid(name):
    found = db.search(users, ldb.SCOPE_SUBTREE, f'(sAMAccountName={name})', ['objectSid'])
    return ndr_unpack(security.dom_sid, found[0]['objectSid'][0]).split()[1]


def service(name, flags, *principals):
    db.newuser(name, f'Passw0rd-{name}')
    change(name, 'servicePrincipalName', list(principals))
    db.toggle_userAccountFlags(f'(sAMAccountName={name})', flags, on=True, flags_str='')
    change(name, 'msDS-SupportedEncryptionTypes', '24')  # AES only
    db.setpassword(f'(sAMAccountName={name})', f'Passw0rd-{name}')  # once more, for its keys are of those types from now on


db.set_pwdProperties('0')
db.set_minPwdAge('0')
people = ['alice', 'bob', 'carol', 'ünï']
for user in people + ['disabled', 'expired', 'mustchange']:
    db.newuser(user, f'Passw0rd-{user}', mailaddress=f'{user}@lab.test')
db.toggle_userAccountFlags('(sAMAccountName=bob)', UF_NOT_DELEGATED, on=True, flags_str='')
db.disable_account('(sAMAccountName=disabled)')
change('expired', 'accountExpires', '1')
change('mustchange', 'pwdLastSet', '0')
for group, members in (('builders', ['alice', 'carol']), ('engineers', ['builders']), ('everyone-lab', ['engineers'])):
    db.newgroup(group)
    db.add_remove_group_members(group, members)
service('svc-smb', UF_TRUSTED_FOR_DELEGATION, 'cifs/svc.lab.test', 'cifs/svc', 'cifs/svcalias.lab.test')
service('svc-nodeleg', 0, 'cifs/nodeleg.lab.test')

credentials = Credentials()
credentials.guess(lp)
net = Net(credentials, lp)
for keytab, principals in (('svc', ['cifs/svc.lab.test', 'cifs/svc', 'cifs/svcalias.lab.test']), ('nodeleg', ['cifs/nodeleg.lab.test']), ('alice', ['alice'])):
    for principal in principals:
        net.export_keytab(keytab=f'{directory}/{keytab}.keytab', principal=principal)

with open(f'{directory}/domain.passwd', 'w', encoding='utf-8') as passwd:
    for user in people:
        passwd.write(f'LAB\\{user}:x:{100000 + rid(user)}:100513::/nonexistent:/bin/false\n')
with open(f'{directory}/domain.group', 'w', encoding='utf-8') as group:
    group.write('LAB\\domain users:x:100513:\n')
