import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingKeyFiles } from '../../../../deployer/inventory/settings/missing-key-files.ts';
import { TestDirectory } from '../../../support/test-directory.ts';
import { allSettingsOf, inventoryOf, messageOf, settingsOf, VALID } from './settings-rig.ts';

test('settings() lets the last alias win, as Ansible does', async () => {
  const { connection } = await settingsOf(`${VALID}  hosts:
    a:
      ansible_ssh_host: ssh-host
      ansible_host: host
      ansible_port: 22
      ansible_ssh_port: "2222"
      ansible_ssh_user: late
      ansible_user: early
      ansible_password: one
      ansible_ssh_pass: two
      ansible_ssh_password: 3
      ansible_private_key_file: one
      ansible_ssh_private_key_file: ~/.ssh/two
      ansible_become_password: one
      ansible_sudo_pass: three
`);
  assert.equal(connection.host, 'ssh-host');
  assert.equal(connection.port, 2222);
  assert.equal(connection.user, 'late');
  assert.equal(connection.password?.reveal(), '3');
  assert.equal(connection.privateKeyFile, '/home/me/.ssh/two');
  assert.equal(connection.become.password?.reveal(), 'three');
});

test('settings() gives ssh its arguments in the order of Ansible, split as a shell would', async () => {
  const { connection } = await settingsOf(`${VALID}  hosts:
    a:
      ansible_ssh_extra_args: -v
      ansible_ssh_common_args: -J "gate keeper" -o 'ProxyCommand=ssh -W %h:%p gate'
      ansible_ssh_args: -C
      ansible_host_key_checking: no
`);
  assert.deepEqual(connection.sshArgsBefore, ['-C']);
  assert.deepEqual(connection.sshArgs, [
    ...['-o', 'StrictHostKeyChecking=no', '-J', 'gate keeper'],
    ...['-o', 'ProxyCommand=ssh -W %h:%p gate', '-v'],
  ]);
});

test('settings() refuses ways to connect that it does not have', async () => {
  const message = await messageOf(`${VALID}  hosts:
    a:
      ansible_connection: docker
      ansible_become_method: doas
      ansible_become_user: www-data
      ansible_become_flags: -H -S -n -i
      ansible_host: -oProxyCommand=x
      ansible_ssh_common_args: -J "gate
`);
  assert.match(
    message,
    /ansible_connection: Expected ssh, smart or local, found "docker", which is not supported/,
  );
  assert.match(message, /ansible_become_method: .* found "doas"/);
  assert.match(message, /ansible_become_user: Expected root, found "www-data"/);
  assert.match(message, /ansible_become_flags: .* found "-i"/);
  assert.match(
    message,
    /ansible_host: Expected one word that does not start with a hyphen, found "-oProxyCommand=x"/,
  );
  assert.match(message, /ansible_ssh_common_args: Expected each quote with its pair/);
});

test('settings() honours ansible_ssh_retries, and refuses what would be ignored without a word', async () => {
  const { connection } = await settingsOf(
    `${VALID}  hosts: {a: {ansible_ssh_retries: 3, ansible_ssh_executable: /usr/bin/ssh}}\n`,
  );
  assert.equal(connection.connectRetries, 3);
  const message = await messageOf(`${VALID}  hosts:
    a:
      ansible_ssh_executable: /opt/ssh
      ansible_ssh_private_key: "-----BEGIN"
      ansible_private_key_passphrase: hush
      ansible_ssh_pkcs11_provider: /usr/lib/p11.so
`);
  assert.match(message, /ansible_ssh_executable: Expected ssh, .*, found "\/opt\/ssh"/);
  assert.match(message, /ansible_ssh_private_key: Not supported: put the key in a file/);
  assert.match(message, /ansible_private_key_passphrase: Not supported: add the key to ssh-agent/);
  assert.match(message, /ansible_ssh_pkcs11_provider: Not supported: set PKCS11Provider/);
  assert.doesNotMatch(message, /hush/);
});

test('a variable that is nearly one of Ansible is suggested once, and one of its own meaning is not', async () => {
  const { warnings } = await inventoryOf(`${VALID}  hosts:
    a: {ansible_usr: x, ansible_ssh_prot: 22, ansible_distribution: Debian, ansible_users: [x]}
    b: {ansible_user: x, ansible_os_family: y}
    c: {ansible_su_user: x, ansible_su_pass: x, ansible_su_exe: x, ansible_scp_extra_args: x}
`);
  assert.deepEqual(warnings, [
    'inventory.yaml:6:9: ansible_usr: Ansible knows no such variable: did you mean ansible_user?',
    'inventory.yaml:6:25: ansible_ssh_prot: Ansible knows no such variable: did you mean ansible_ssh_port?',
  ]);
});

test('a private key that is not there is reported with its hosts, unless its public half is', async () => {
  await using directory = await TestDirectory.create({ there: '', 'agent.pub': '' });
  const settings = await allSettingsOf(
    `${VALID}  vars:
    ansible_private_key_file: ${directory.file('gone')}
  hosts:
    a: {ansible_private_key_file: ${directory.file('there')}}
    b: {ansible_private_key_file: ${directory.file('agent')}}
    c:
    d:
`.replace('  vars:\n    ansible', '    ansible'),
  );
  assert.deepEqual(await missingKeyFiles(settings), [
    `Expected the private key ${directory.file('gone')}, found no such file (c, d)`,
  ]);
});
