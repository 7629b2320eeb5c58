import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { loadInventory } from '../../../../deployer/inventory/load-inventory.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';
import { messageOf, VALID } from './settings-rig.ts';

test('a value that another program encrypted is never used as it is', async () => {
  const ciphertexts: [text: string, message: RegExp][] = [
    [
      'ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]',
      /found one that sops encrypted: let Ansible decrypt it .*community\.sops\.sops/,
    ],
    ['"$ANSIBLE_VAULT;1.1;AES256\\n6162"', /found a vaulted one without !vault before it/],
    ['"-----BEGIN PGP MESSAGE-----\\nx"', /found one that GnuPG encrypted/],
    ['"-----BEGIN AGE ENCRYPTED FILE-----\\nx"', /found one that age encrypted/],
  ];
  for (const [text, message] of ciphertexts) {
    const said = await messageOf(
      `${VALID.replace('abc123', text)}    ansible_password: ${text}\n  hosts: {a: }\n`,
    );
    assert.match(said, /^inventory\.yaml:4:28: homelab_agent_api_key: Expected a decrypted value/);
    assert.match(said, /^inventory\.yaml:5:23: ansible_password: Expected a decrypted value/m);
    assert.match(said, message);
  }
});

test('an encrypted value that nothing uses is in the way of nothing', async () => {
  await using directory = await TestDirectory.create({
    'inventory.yaml': `${VALID}    other: ENC[AES256_GCM,x]\n  hosts: {a: }\n`,
  });
  const inventory = await loadInventory('inventory.yaml', {
    context: testContext({ cwd: directory.path }),
  });
  assert.equal(inventory.settings().length, 1);
});

test('a file that is encrypted as a whole is refused by what encrypted it', async () => {
  const files: [bytes: string, message: RegExp][] = [
    [
      '\0GITCRYPT\0\x93\x9f',
      /^group_vars\/all\.yml:1:1: .* git-crypt has locked: run "git-crypt unlock"$/,
    ],
    ['age-encryption.org/v1\n', /a file that age encrypted/],
    ['-----BEGIN PGP MESSAGE-----\n', /a file that GnuPG encrypted/],
  ];
  for (const [bytes, message] of files) {
    await using directory = await TestDirectory.create({
      'inventory.yaml': `${VALID}  hosts: {a: }\n`,
      'group_vars/all.yml': '',
    });
    await writeFile(directory.file('group_vars/all.yml'), bytes, 'latin1');
    const context = testContext({ cwd: directory.path });
    await assert.rejects(loadInventory('inventory.yaml', { context }), { message });
  }
});

test('a sops file that no plugin is there to read is not passed over without a word', async () => {
  await using directory = await TestDirectory.create({
    'inventory.yaml': 'nas: {hosts: {a: }}\n',
    'group_vars/nas.sops.yaml': 'x: ENC[AES256_GCM,x]\nsops: {mac: x}\n',
    'group_vars/other.sops.yaml': '',
  });
  const context = testContext({ cwd: directory.path });
  const { warnings } = await loadInventory('inventory.yaml', { context });
  assert.deepEqual(warnings, [
    "group_vars/nas.sops.yaml: not read, as Ansible reads it only with the plugin community.sops.sops in ansible.cfg's vars_plugins_enabled",
  ]);
});
