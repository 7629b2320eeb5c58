import assert from 'node:assert/strict';
import { chmod, glob } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ansibleList, showJson } from '../../../deployer/inventory/ansible-list.ts';
import type { Inventory } from '../../../deployer/inventory/inventory.ts';
import { loadInventory } from '../../../deployer/inventory/load-inventory.ts';
import { InventoryError } from '../../../deployer/inventory/problem.ts';
import type { HostSettings } from '../../../deployer/inventory/settings/host-settings.ts';
import { shellWords } from '../../../deployer/inventory/settings/shell-words.ts';
import { quoteWord } from '../../../deployer/lib/quote.ts';
import { ensureAnsibleRoot, inRoot } from '../../fleet/ansible-root.ts';
import { need } from '../../support/need.ts';
import { testContext } from '../../support/test-context.ts';
import { TestDirectory } from '../../support/test-directory.ts';
import { Oracle } from './oracle.ts';
import { lay, readSetUp, type SetUp } from './set-up.ts';

const CORPUS = join(import.meta.dirname, '../../fixtures/inventories/corpus');
const PROGRAM = join(import.meta.dirname, 'set-ups.py');

interface Answer {
  readonly list: Record<string, unknown>;
  readonly hosts: Record<string, Record<string, unknown>>;
}

const setUps: SetUp[] = [];
for (const file of (await Array.fromAsync(glob(`${CORPUS}/*.txt`))).sort()) {
  setUps.push(await readSetUp(basename(file, '.txt'), file));
}

/** Kind, and how many are the same as in Ansible or refused; any other fails a test. */
const table = new Map<string, { same: number; refused: number }>();

function count(kind: string, outcome: 'same' | 'refused'): void {
  const row = table.get(kind) ?? { same: 0, refused: 0 };
  row[outcome] += 1;
  table.set(kind, row);
}

/** What has to be set for any push, and is no part of the set-ups. */
const NEEDED = { homelab_agent_hub_url: 'http://hub', homelab_agent_api_key: 'k' };
const EXTRA = Object.entries(NEEDED).map(pair => pair.join('='));

async function load(setUp: SetUp, cwd: string, PATH: string): Promise<Inventory> {
  const { env, inventory, playbookDir, vaultPassword } = setUp;
  const context = testContext({
    cwd,
    home: '/nonexistent',
    env: { HOME: '/nonexistent', PATH, ...env },
  });
  return await loadInventory(inventory, {
    ...{ context, extraVars: EXTRA, playbookDir },
    vaultPasswordFiles: vaultPassword === undefined ? [] : ['.password'],
  });
}

/** The same questions as `ansible-inventory --list` answers, without what the test added. */
function listOf(inventory: Inventory): unknown {
  const list = JSON.parse(showJson(ansibleList(inventory, { mask: false })));
  for (const variables of Object.values<Record<string, unknown>>(list._meta.hostvars)) {
    for (const name of Object.keys(NEEDED)) delete variables[name];
  }
  return sorted(list);
}

/** Without what a host or group lacks, and in one order: below the first level Ansible's own changes. */
function sorted(list: Record<string, unknown>): unknown {
  const { _meta, ...groups } = structuredClone(list) as Record<string, Record<string, unknown>>;
  const hostvars = Object.entries(_meta?.['hostvars'] ?? {}).filter(
    ([, variables]) => Object.keys(variables).length > 0,
  );
  for (const group of Object.values(groups)) {
    for (const [key, names] of Object.entries(group)) group[key] = (names as string[]).toSorted();
  }
  const shown = Object.entries(groups).filter(([, group]) => Object.keys(group).length > 0);
  return { hostvars: Object.fromEntries(hostvars), groups: Object.fromEntries(shown) };
}

function connectionOf({ name, connection }: HostSettings): Record<string, unknown> {
  const { host, port, user, privateKeyFile, connectTimeoutMs, connectRetries } = connection;
  return {
    host: host ?? name,
    port,
    remote_user: user,
    private_key_file: privateKeyFile,
    sshArgs: [...connection.sshArgsBefore, ...connection.sshArgs],
    timeout: connectTimeoutMs / 1000,
    reconnection_retries: connectRetries,
    password: connection.password?.reveal(),
    become_pass: connection.become.password?.reveal(),
  };
}

/** Ansible's default of ssh_args is about connections that it shares, which is no business of ours. */
const DEFAULT_ARGS = '-C -o ControlMaster=auto -o ControlPersist=60s';

function connectionOfAnsible(options: Record<string, unknown>): Record<string, unknown> {
  const { ssh_args, ssh_common_args, private_key_file, ...rest } = options;
  const words = [ssh_args === DEFAULT_ARGS ? '' : ssh_args, ssh_common_args].join(' ');
  const known = Object.entries({
    ...rest,
    private_key_file: String(private_key_file ?? '').replace(/^~/, '/nonexistent') || null,
    sshArgs: shellWords(words),
  }).map(([key, value]) => [key, value ?? undefined]);
  return Object.fromEntries(known);
}

const OLDER = '/usr/sbin:/usr/bin:/sbin:/bin';

describe('inventories as people have them', need('Ansible', 'servers'), () => {
  let generations: { name: string; oracle: Oracle; path: string }[] = [];
  let programs: TestDirectory;
  before(async () => {
    const root = await ensureAnsibleRoot(process.env);
    const command = ['/usr/bin/python3', PROGRAM];
    const newer = inRoot(root, command, { cwd: import.meta.dirname });
    const lines = inRoot(root, ['/usr/bin/ansible-inventory'], { cwd: '/tmp' }).map(word =>
      quoteWord(word),
    );
    // The program of Debian 13, started from wherever it is called.
    const script = lines
      .join(' ')
      .replace(`${quoteWord(root)} /tmp `, `${quoteWord(root)} "$PWD" `);
    programs = await TestDirectory.create({
      'ansible-inventory': `#!/bin/sh\nexec ${script} "$@"\n`,
    });
    await chmod(programs.file('ansible-inventory'), 0o755);
    generations = [
      { name: '2.14', oracle: new Oracle(command), path: OLDER },
      { name: '2.19', oracle: new Oracle(newer), path: `${programs.path}:${OLDER}` },
    ];
  });
  after(async () => {
    for (const { oracle } of generations) oracle[Symbol.dispose]();
    await programs[Symbol.asyncDispose]();
  });

  for (const setUp of setUps) {
    it(`${setUp.name} is read as both generations of Ansible read it, or refused fairly`, async () => {
      await using directory = await lay(setUp);
      await Promise.all(
        generations.map(async ({ oracle, path }) => {
          const [reply, ours] = await Promise.all([
            oracle.ask<Answer>(questionOf(setUp, directory.path)),
            attempt(() => use(setUp, directory.path, path)),
          ]);
          if (ours instanceof InventoryError) {
            assert.match(ours.message, new RegExp(setUp.refused ?? '(?!)'), ours.message);
            return;
          }
          assert.equal(setUp.refused, undefined);
          assert.ok('answer' in reply, JSON.stringify(reply));
          assert.deepEqual(ours.list, sorted(reply.answer.list));
          for (const host of ours.settings) {
            const expected = connectionOfAnsible(reply.answer.hosts[host.name] ?? {});
            assert.deepEqual(connectionOf(host), expected, host.name);
          }
        }),
      );
      count(setUp.kind, setUp.refused === undefined ? 'same' : 'refused');
    });
  }

  it('shows the corpus as a table', t => {
    const rows = [...table].sort(([a], [b]) => (a < b ? -1 : 1));
    const line = (kind: string, same: unknown, refused: unknown) =>
      t.diagnostic(
        `${kind.padEnd(34)} ${String(same).padStart(15)} ${String(refused).padStart(15)}`,
      );
    const sum = (key: 'same' | 'refused') => rows.reduce((all, [, row]) => all + row[key], 0);
    line('kind of source', 'same as Ansible', 'refused fairly');
    for (const [kind, { same, refused }] of rows) line(kind, same, refused);
    line('all', sum('same'), sum('refused'));
    assert.equal(sum('same') + sum('refused'), setUps.length);
    assert.ok(setUps.length >= 60);
  });
});

function questionOf({ inventory, playbookDir, vaultPassword, env }: SetUp, cwd: string) {
  const args = [
    ...inventory.flatMap(source => ['-i', source]),
    ...(playbookDir === undefined ? [] : ['--playbook-dir', playbookDir]),
    ...(vaultPassword === undefined ? [] : ['--vault-password-file', '.password']),
  ];
  return { cwd, env, args };
}

/** All that a push needs of an inventory. */
async function use(setUp: SetUp, cwd: string, path: string) {
  const inventory = await load(setUp, cwd, path);
  return { list: listOf(inventory), settings: inventory.settings() };
}

async function attempt<T>(work: () => Promise<T>): Promise<T | InventoryError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InventoryError) return error;
    throw error;
  }
}
