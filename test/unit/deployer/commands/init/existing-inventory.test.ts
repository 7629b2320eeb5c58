import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { run } from '../../../../../deployer/cli.ts';
import { loadInventory } from '../../../../../deployer/inventory/load-inventory.ts';
import { testContext } from '../../../../support/test-context.ts';
import { TestDirectory } from '../../../../support/test-directory.ts';

const HOSTS = `all:
  children:
    nas: {hosts: {nas-1: , nas-2: }}
    other: {hosts: {desk: }}
`;
const OPTIONS = [
  ...['-i', 'hosts.yml', '--hub', 'hub:8080', '--api-key-file', 'key'],
  ...['--vault-password-file', 'vp', '--offline'],
];

/** Completes an inventory with these files beside it; gives the exit code, what was said, and the directory. */
async function complete(files: Record<string, string>, ...args: string[]) {
  const directory = await TestDirectory.create({
    'hosts.yml': HOSTS,
    key: 'k1',
    vp: 'pw',
    ...files,
  });
  const output = new PassThrough();
  const streams = { stdout: output, stderr: output };
  const context = testContext({ cwd: directory.path, home: directory.path, ...streams });
  await run(['init', ...OPTIONS, ...args], context, { version: '0' });
  const said = String(output.read() ?? '');
  return { directory, code: context.exitCode, said };
}

async function keysOf(cwd: string): Promise<Record<string, string | undefined>> {
  const inventory = await loadInventory('hosts.yml', { context: testContext({ cwd, home: cwd }) });
  const keys = inventory.hosts.map(host => [
    host.name,
    String(host.variable('homelab_agent_hub_url')),
  ]);
  return Object.fromEntries(keys);
}

test('what an existing inventory lacks goes into group_vars, for the group that is named', async () => {
  const { directory, code, said } = await complete({}, '--group', 'nas');
  await using _ = directory;
  assert.equal(code, 0, said);
  assert.equal(await readFile(directory.file('hosts.yml'), 'utf8'), HOSTS);
  const written = await readFile(directory.file('group_vars/nas.yml'), 'utf8');
  assert.match(written, /^homelab_agent_hub_url: "http:\/\/hub:8080"$/m);
  assert.match(written, /^homelab_agent_api_key: !vault \|$/m);
  const url = 'http://hub:8080';
  assert.deepEqual(await keysOf(directory.path), { 'nas-1': url, 'nas-2': url, desk: 'undefined' });
});

test('a file of the group that is there keeps every line, and a directory gets a file more', async () => {
  const before = '# mine\nansible_user: admin   # me\n';
  const file = await complete({ 'group_vars/all.yml': before });
  await using _ = file.directory;
  assert.equal(file.code, 0, file.said);
  const after = await readFile(file.directory.file('group_vars/all.yml'), 'utf8');
  assert.equal(after.slice(0, before.length), before);
  assert.match(
    file.said,
    /To be added at the end of group_vars\/all\.yml:\n {2}homelab_agent_hub_url/,
  );
  const folder = await complete({ 'group_vars/all/main.yml': before });
  await using __ = folder.directory;
  assert.equal(folder.code, 0, folder.said);
  assert.match(
    await readFile(folder.directory.file('group_vars/all/homelab_agent.yml'), 'utf8'),
    /hub_url/,
  );
  assert.equal(await readFile(folder.directory.file('group_vars/all/main.yml'), 'utf8'), before);
});

test('only what is missing is written, and nothing if nothing is', async () => {
  const set = 'homelab_agent_hub_url: "http://old:8080"\n';
  const { directory, code, said } = await complete({ 'group_vars/all.yml': set });
  await using _ = directory;
  assert.equal(code, 0, said);
  const text = await readFile(directory.file('group_vars/all.yml'), 'utf8');
  assert.match(text, /^homelab_agent_hub_url: "http:\/\/old:8080"\nhomelab_agent_api_key: !vault/);
  const whole = await complete({ 'group_vars/all.yml': `${set}homelab_agent_api_key: k\n` });
  await using __ = whole.directory;
  assert.equal(whole.code, 0, whole.said);
  assert.match(whole.said, /Nothing is missing in the inventory/);
});

test('a group of which some hosts have the variable is refused, as it could replace what they have', async () => {
  const { directory, code, said } = await complete({
    'host_vars/nas-1.yml': 'homelab_agent_hub_url: "http://own:8080"\n',
  });
  await using _ = directory;
  assert.equal(code, 2);
  assert.match(said, /for all hosts of all or for none, found none for nas-2, desk: name a group/);
});

test('a file that cannot be edited stays, and the lines are printed', async () => {
  const { directory, code, said } = await complete({ 'group_vars/all.json': '{"a": 1}' });
  await using _ = directory;
  assert.equal(code, 2);
  assert.match(said, /group_vars\/all\.json, but it is JSON\. Put these in by hand:/);
  assert.equal(await readFile(directory.file('group_vars/all.json'), 'utf8'), '{"a": 1}');
});

test('a group that is none is refused with the one that is near', async () => {
  const { directory, code, said } = await complete({}, '--group', 'nass');
  await using _ = directory;
  assert.equal(code, 2);
  assert.match(said, /Expected a group of the inventory, found "nass": did you mean nas\?/);
});
