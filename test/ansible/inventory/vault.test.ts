import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { execa } from 'execa';
import { loadInventory } from '../../../deployer/inventory/load-inventory.ts';
import { InventoryError } from '../../../deployer/inventory/problem.ts';
import { Secret } from '../../../deployer/inventory/secret.ts';
import type { VaultOptions } from '../../../deployer/inventory/vault/load-passwords.ts';
import { need } from '../../support/need.ts';
import { testContext } from '../../support/test-context.ts';
import { TestDirectory } from '../../support/test-directory.ts';
import { encryptString } from './encrypt-string.ts';

function inventoryWith(variable: string): string {
  return `all:\n  hosts:\n    nas-1:\n${variable.replaceAll(/^/gm, '      ')}\n`;
}

async function reveal(directory: TestDirectory, options: Partial<VaultOptions>): Promise<string> {
  const context = testContext({ cwd: directory.path, home: directory.path, ...options.context });
  const inventory = await loadInventory('inventory.yaml', { ...options, context });
  const value = inventory.hosts[0]?.variable('secret');
  assert.ok(value instanceof Secret);
  return value.reveal();
}

test(
  'a value that ansible-vault closed is opened, whatever it holds',
  need('Ansible'),
  async () => {
    await using directory = await TestDirectory.create({ password: 'correct horse\n' });
    for (const text of [
      'x',
      'größe ✓',
      'line\nbreak\n',
      '{{ not a template }}',
      'a'.repeat(1000),
      '0123456789abcdef',
      ' ',
    ]) {
      const variable = await encryptString(directory, text, ['--vault-password-file', 'password']);
      await writeFile(directory.file('inventory.yaml'), inventoryWith(variable));
      assert.equal(await reveal(directory, { vaultPasswordFiles: ['password'] }), text);
    }
  },
);

test('a vault id is tried first, and the other passwords after it', need('Ansible'), async () => {
  await using directory = await TestDirectory.create({ a: 'one', b: 'two', c: 'three' });
  const variable = await encryptString(directory, 'hush', [
    '--vault-id',
    'prod@b',
    '--encrypt-vault-id',
    'prod',
  ]);
  assert.match(variable, /;1\.2;AES256;prod/);
  await writeFile(directory.file('inventory.yaml'), inventoryWith(variable));
  for (const vaultIds of [['prod@b'], ['dev@a', 'prod@b'], ['prod@a', 'other@b'], ['a', 'b']]) {
    assert.equal(await reveal(directory, { vaultIds }), 'hush', vaultIds.join(' '));
  }
  await assert.rejects(reveal(directory, { vaultIds: ['prod@a', 'dev@c'] }), {
    message:
      /^inventory\.yaml:4:22: secret: Expected the vault password that encrypted this value \(vault id prod\), found others \(prod, dev\): name it with --vault-password-file FILE or --vault-id LABEL@FILE, or paste the value again if it is not whole$/,
  });
});

test(
  'without a password everything but the vaulted value can be had',
  need('Ansible'),
  async () => {
    await using directory = await TestDirectory.create({ password: 'x' });
    const variable = await encryptString(directory, 'hush', ['--vault-password-file', 'password']);
    await writeFile(directory.file('inventory.yaml'), inventoryWith(`${variable}\nopen: 5`));
    const inventory = await loadInventory('inventory.yaml', {
      context: testContext({ cwd: directory.path }),
    });
    assert.equal(inventory.hosts[0]?.variable('open'), 5);
    assert.throws(() => inventory.hosts[0]?.variable('secret'), {
      message:
        /^inventory\.yaml:4:22: secret: Expected a vault password, found none: give --vault-password-file FILE/,
    });
  },
);

test(
  'a wholly vaulted variable file is opened, and every text in it is secret',
  need('Ansible'),
  async () => {
    await using directory = await TestDirectory.create({
      password: 'x',
      'inventory.yaml': 'all: {hosts: {nas-1: }}\n',
      'group_vars/all.yml': 'secret: hush\nnested: {list: [hush]}\nport: 22\n',
    });
    await execa(
      '/usr/bin/ansible-vault',
      ['encrypt', '--vault-password-file', 'password', 'group_vars/all.yml'],
      {
        cwd: directory.path,
        env: { HOME: directory.path },
      },
    );
    assert.match(
      await readFile(directory.file('group_vars/all.yml'), 'utf8'),
      /^\$ANSIBLE_VAULT;1\.1;AES256\n/,
    );
    const inventory = await loadInventory('inventory.yaml', {
      context: testContext({ cwd: directory.path }),
      vaultPasswordFiles: ['password'],
    });
    assert.equal(
      JSON.stringify(inventory.hosts[0]?.vars()),
      '{"secret":"[REDACTED]","nested":{"list":["[REDACTED]"]},"port":22}',
    );
    await assert.rejects(
      loadInventory('inventory.yaml', { context: testContext({ cwd: directory.path }) }),
      (error: unknown) =>
        error instanceof InventoryError &&
        /^group_vars\/all\.yml:1:1: Expected a vault password, found none/.test(error.message),
    );
  },
);

test(
  'the password may come from a program, and one called -client is told the vault id',
  need('Ansible'),
  async () => {
    await using directory = await TestDirectory.create({
      'tell.sh': '#!/bin/sh\nprintf "from a program\\n"\n',
      'tell-client.sh':
        '#!/bin/sh\ntest "$1" = --vault-id && test "$2" = prod || exit 2\necho "from a program"\n',
      'fail.sh': '#!/bin/sh\nexit 7\n',
      plain: 'from a program',
    });
    for (const script of ['tell.sh', 'tell-client.sh', 'fail.sh'])
      await chmod(directory.file(script), 0o755);
    const variable = await encryptString(directory, 'hush', ['--vault-password-file', 'plain']);
    await writeFile(directory.file('inventory.yaml'), inventoryWith(variable));
    assert.equal(await reveal(directory, { vaultPasswordFiles: ['tell.sh'] }), 'hush');
    assert.equal(await reveal(directory, { vaultIds: ['prod@tell-client.sh'] }), 'hush');
    await assert.rejects(reveal(directory, { vaultIds: ['dev@tell-client.sh'] }), {
      message:
        'No vault password from tell-client.sh (--vault-id): it knows no password for the vault id dev',
    });
    await assert.rejects(reveal(directory, { vaultPasswordFiles: ['fail.sh'] }), {
      message: 'No vault password from fail.sh (--vault-password-file): it ended with exit code 7',
    });
    await assert.rejects(reveal(directory, { vaultPasswordFiles: ['nowhere'] }), {
      message:
        'Cannot read the vault password from nowhere (--vault-password-file): there is no such file, check its path',
    });
  },
);

test(
  'the password may be named by the environment and by ansible.cfg',
  need('Ansible'),
  async () => {
    await using directory = await TestDirectory.create({
      right: 'right',
      wrong: 'wrong',
      empty: '\n',
      'etc/right': 'right',
    });
    const variable = await encryptString(directory, 'hush', ['--vault-password-file', 'right']);
    await writeFile(directory.file('inventory.yaml'), inventoryWith(variable));
    const withEnv = (env: Record<string, string>) =>
      reveal(directory, {
        context: testContext({ cwd: directory.path, home: directory.path, env }),
      });
    assert.equal(await withEnv({ ANSIBLE_VAULT_PASSWORD_FILE: 'right' }), 'hush');
    assert.equal(await withEnv({ ANSIBLE_VAULT_PASSWORD_FILE: '~/right' }), 'hush');
    assert.equal(await withEnv({ ANSIBLE_VAULT_IDENTITY_LIST: 'dev@wrong, prod@right' }), 'hush');
    await writeFile(
      directory.file('etc/ansible.cfg'),
      '# x\n[other]\nvault_password_file = wrong\n[defaults]\nvault_password_file: right ; here\n',
    );
    assert.equal(await withEnv({ ANSIBLE_CONFIG: 'etc/ansible.cfg' }), 'hush');
    await writeFile(
      directory.file('ansible.cfg'),
      '[defaults]\nvault_identity_list = wrong, prod@right\n',
    );
    assert.equal(await withEnv({}), 'hush');
    await assert.rejects(withEnv({ ANSIBLE_VAULT_PASSWORD_FILE: 'empty' }), {
      message:
        'Expected a vault password in empty (ANSIBLE_VAULT_PASSWORD_FILE), found nothing: put it there, on one line',
    });
  },
);

test('without a terminal the vault password is not asked for', need('Ansible'), async () => {
  await using directory = await TestDirectory.create({ x: 'x' });
  const variable = await encryptString(directory, 'hush', ['--vault-password-file', 'x']);
  await writeFile(directory.file('inventory.yaml'), inventoryWith(variable));
  await assert.rejects(reveal(directory, { askVaultPass: true }), {
    message: /^Expected a terminal to ask for the vault password on \(--ask-vault-pass\)/,
  });
});

test(
  'what is no whole vaulted value is refused with its place, and never shown',
  need('Ansible'),
  async () => {
    await using directory = await TestDirectory.create({ x: 'x' });
    const good = await encryptString(directory, 'hush', ['--vault-password-file', 'x']);
    const lines = good.split('\n');
    const broken: Record<string, RegExp> = {
      'secret: !vault geheim': /starts with \$ANSIBLE_VAULT/,
      'secret: !vault |\n  $ANSIBLE_VAULT;2.0;AES256\n  61':
        /Expected the vault format 1\.1 or 1\.2, found "2\.0"/,
      'secret: !vault |\n  $ANSIBLE_VAULT;1.1;AES\n  61':
        /Expected the vault cipher AES256, found "AES"/,
      'secret: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  geheim': /not hexadecimal/,
      'secret: !vault |\n  $ANSIBLE_VAULT;1.1;AES256': /found a part of one/,
      [lines.slice(0, -1).join('\n')]: /Expected/,
      [good.replace(/\d(?=\s*$)/, digit => String((Number(digit) + 1) % 10))]: /Expected/,
    };
    for (const [variable, message] of Object.entries(broken)) {
      await writeFile(directory.file('inventory.yaml'), inventoryWith(variable));
      await assert.rejects(reveal(directory, { vaultPasswordFiles: ['x'] }), (error: unknown) => {
        assert.ok(error instanceof InventoryError);
        assert.match(error.message, message);
        assert.match(error.message, /^inventory\.yaml:4:22: secret: /);
        assert.doesNotMatch(error.message, /geheim/);
        return true;
      });
    }
  },
);

test('a template that a secret goes into gives a secret', need('Ansible'), async () => {
  await using directory = await TestDirectory.create({ x: 'x' });
  const variable = await encryptString(directory, 'hush', ['--vault-password-file', 'x']);
  const templates = ['{{ secret }}', 'a{{ secret }}', '{{ [secret] | join }}', '{{ {} }}'].slice(
    0,
    3,
  );
  const rows = templates
    .map((template, index) => `t${index}: ${JSON.stringify(template)}`)
    .join('\n');
  await writeFile(directory.file('inventory.yaml'), inventoryWith(`${variable}\n${rows}`));
  const inventory = await loadInventory('inventory.yaml', {
    context: testContext({ cwd: directory.path }),
    vaultPasswordFiles: ['x'],
  });
  const values = templates.map((_, index) => inventory.hosts[0]?.variable(`t${index}`));
  assert.deepEqual(
    values.map(value => (value instanceof Secret ? value.reveal() : value)),
    ['hush', 'ahush', 'hush'],
  );
  assert.equal(JSON.stringify(values), '["[REDACTED]","[REDACTED]","[REDACTED]"]');
});
