import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { planHostEdit } from '../../../deployer/inventory/edit/host-edit.ts';
import { loadInventory } from '../../../deployer/inventory/load-inventory.ts';
import { Secret } from '../../../deployer/inventory/secret.ts';
import { need } from '../../support/need.ts';
import { testContext } from '../../support/test-context.ts';
import { TestDirectory } from '../../support/test-directory.ts';

const INVENTORY = `all:
  hosts:
    nas-1:
      services: [old]  # the list
      token: old
`;

for (const [vaultIds, header] of [
  [['password'], '$ANSIBLE_VAULT;1.1;AES256'],
  [['prod@password'], '$ANSIBLE_VAULT;1.2;AES256;prod'],
] as const) {
  test(`what was edited is what Ansible reads: ${header}`, need('Ansible'), async () => {
    await using directory = await TestDirectory.create({
      'inventory.yaml': INVENTORY,
      password: 'open sesame\n',
    });
    const context = testContext({ cwd: directory.path, home: directory.path });
    const inventory = await loadInventory('inventory.yaml', { context, vaultIds });
    const token = 'hlh_ag_größe "quoted" # no comment';
    const services = ['ssh', 'yes', '0123', '1e3', '2026-01-01', 'null', '~', 'a: b', "'q'", 'é😀'];
    const values = { services, token: new Secret(token), id: '198-18-1-11', word: 'on', empty: [] };
    const planned = await planHostEdit(inventory, 'nas-1', values);
    assert.ok(planned.kind === 'edit');
    await planned.write();
    const options = { cwd: directory.path, stdin: 'ignore' } as const;
    const vault = ['--vault-id', ...vaultIds];
    const listed = await execa(
      'ansible-inventory',
      ['-i', 'inventory.yaml', '--host', 'nas-1', ...vault],
      options,
    );
    const { token: envelope, ...others } = JSON.parse(listed.stdout);
    assert.deepEqual(others, { services, id: '198-18-1-11', word: 'on', empty: [] });
    const text: string = envelope['__ansible_vault'];
    assert.ok(text.startsWith(`${header}\n`), text);
    const { stdout } = await execa('ansible-vault', ['decrypt', ...vault, '--output', '-'], {
      ...options,
      stdin: 'pipe',
      input: text,
    });
    assert.equal(stdout, token);
  });
}
