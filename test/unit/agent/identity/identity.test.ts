import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Host } from '../../../../agent/host/host.ts';
import { deriveGuid, machineHash } from '../../../../agent/identity/derive-guid.ts';
import { findIdentity } from '../../../../agent/identity/find-identity.ts';
import { type Identity, keepIdentity } from '../../../../agent/identity/identity.ts';

const guid = '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0';
const other = deriveGuid('another');
const nas = { server_id: 'nas-1', server_guid: undefined };
const kept: Identity = { server_guid: guid, server_id: 'nas-1' };
let directory = '';
let configFile = '';
let warnings: string[] = [];

beforeEach(async () => {
  warnings = [];
  directory = await mkdtemp(join(tmpdir(), 'identity-'));
  await mkdir(join(directory, 'state'));
  configFile = join(directory, 'config.yaml');
});
afterEach(() => rm(directory, { recursive: true }));

const state = () => join(directory, 'state');
const file = () => join(state(), 'identity.json');
const keep = (identity: Identity): void => assert.equal(keepIdentity(identity, state()), undefined);

function find(
  config: { server_id: string; server_guid?: string | undefined } = nas,
  machine?: string,
): Promise<Identity> {
  const warn = (message: string): void => void warnings.push(message);
  return findIdentity(config, { configFile, stateDirectory: state(), machine, warn });
}
const guidOf = async (config?: { server_id: string; server_guid?: string }): Promise<string> =>
  (await find(config)).server_guid;

/** What the installer does when it takes another agent over; `at` is when, in seconds. */
async function takeOver(server_guid: string, at = 1, more = ''): Promise<void> {
  const before = `${configFile}.before`;
  await writeFile(before, `api_key: k\n${more}server_guid: ${server_guid}\nserver_id: nas-1\n`);
  await utimes(before, at, at);
}

test('deriveGuid() gives the same version 4 UUID for the same server_id, and another for another', () => {
  const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  for (let index = 0; index < 100; index++) assert.match(deriveGuid(`nas-${index}`), pattern);
  assert.equal(deriveGuid('nas-1'), '48065a3d-14cd-4a12-9d66-09a5ef95ca2b');
  assert.notEqual(deriveGuid('nas-1'), deriveGuid('nas-2'));
});

test("findIdentity() prefers the configuration's", async () => {
  keep({ ...kept, server_guid: other });
  await takeOver(other);
  assert.equal(await guidOf({ server_id: 'nas-1', server_guid: guid }), guid);
});

test('findIdentity() prefers the kept one to the old and the derived', async () => {
  await writeFile(`${configFile}.python`, `server_guid: ${other}\nserver_id: nas-1\n`);
  assert.equal(await guidOf(), other);
  keep(kept);
  assert.equal(await guidOf(), guid);
  assert.equal(await guidOf({ server_id: 'nas-9' }), deriveGuid('nas-9'));
});

test('findIdentity() prefers the one of an agent just taken over to a kept one, until a beat was accepted', async () => {
  keep(kept);
  await takeOver(other);
  const found = await find();
  assert.equal(found.server_guid, other);
  // No beat was accepted: the next start finds the same.
  assert.equal(await guidOf(), other);
  // The operator settles it with another GUID, which the hub accepts, and leaves the line out later.
  keep(await find({ server_id: 'nas-1', server_guid: guid }));
  assert.equal(await guidOf(), guid);
});

test('findIdentity() prefers the one of an agent that was taken over again, though nothing in it is new', async () => {
  await takeOver(other);
  keep(await find({ server_id: 'nas-1', server_guid: guid }));
  assert.equal(await guidOf(), guid);
  await takeOver(other, 2);
  assert.equal(await guidOf(), other);
});

test('findIdentity() never uses a GUID for another server_id', async () => {
  keep(kept);
  await takeOver(other);
  assert.equal(await guidOf({ server_id: 'nas-2' }), deriveGuid('nas-2'));
});

test('findIdentity() finds the GUID of a taken-over agent whatever state its configuration is in', async () => {
  const states = [
    `server_guid: ${guid.toUpperCase()}\nserver_id: nas-1\nheartbeat_interval: 300\n`,
    `server_guid: ${guid}\nserver_id: nas-1\nunknown_key: 1\nhub_url: nonsense\n`,
    `mode: x\nmode: y\nserver_guid: '${guid}'\nserver_id: "nas-1"\n`,
    `hub_url: [\nserver_guid: ${guid}  # of the hub\nserver_id: nas-1\n`,
    `\ufeff---\r\nserver_guid: ${guid}\r\nserver_id: nas-1\r\nmode: "read\r\n`,
    `\tapi_token: x\nserver_guid: ${guid}\nserver_id: nas-1\n`,
    `api_key: k: l\nserver_guid: ${guid}\nserver_i`,
    `server_guid: ${other}\nserver_guid: ${guid}\nserver_id: nas-1\n`,
    `{"server_id": "nas-1",\n "server_guid": "${guid}"`,
    `server_guid: ${guid}\n`,
  ];
  for (const text of states) {
    await writeFile(`${configFile}.before`, text);
    assert.equal(await guidOf(), guid, text);
  }
  assert.deepEqual(warnings, []);
  for (const text of [`server_guid: nonsense\nserver_id: nas-1\n`, `# server_guid: ${guid}\n`]) {
    await writeFile(`${configFile}.before`, text);
    assert.equal(await guidOf(), deriveGuid('nas-1'), text);
  }
});

test('findIdentity() reports an old file that cannot be read, and reads the others', async () => {
  await mkdir(`${configFile}.a`);
  await mkdir(`${configFile}.before`);
  await writeFile(`${configFile}.c`, `server_guid: ${guid}\nserver_id: nas-1\n`);
  assert.equal(await guidOf(), guid);
  assert.deepEqual(
    warnings,
    ['before', 'a', 'before'].map(
      name => `${configFile}.${name}: EISDIR (looked into for an earlier server_guid)`,
    ),
  );
});

test('findIdentity() continues if the kept file is cut off', async () => {
  await writeFile(file(), '{"server_guid":"9d3');
  assert.equal(await guidOf(), deriveGuid('nas-1'));
  assert.deepEqual(warnings, [
    `${file()}: Expected the server_guid kept here, found something else`,
  ]);
});

test('findIdentity() uses no other GUID if the kept one cannot be read', async () => {
  await mkdir(file());
  const refused = {
    name: 'ConfigError',
    message: /identity\.json: Cannot read .* \(not a regular file\)/,
  };
  await assert.rejects(() => find(), refused);
  assert.equal(await guidOf({ server_id: 'nas-1', server_guid: guid }), guid);
  assert.match(warnings[0] ?? '', refused.message);
});

test('keepIdentity() writes once, for the agent alone, and leaves nothing half-done', async () => {
  keep(kept);
  const before = await stat(file(), { bigint: true });
  assert.equal(before.mode & 0o777n, 0o600n);
  keep(kept);
  assert.equal((await stat(file(), { bigint: true })).ino, before.ino);
  assert.deepEqual(JSON.parse(await readFile(file(), 'utf8')), kept);
  assert.deepEqual(await readdir(state()), ['identity.json']);
});

test('keepIdentity() says where there is no room for it, and nothing more', () => {
  const words = keepIdentity(kept, join(directory, 'missing'));
  assert.match(words ?? '', /missing: Cannot keep the server_guid here \(ENOENT\)$/);
});

test('findIdentity() reports another machine-id once, and the GUID stays (pitfall 32)', async () => {
  keep(await find({ ...nas, server_guid: guid }, 'first'));
  assert.equal((await find(nas, 'first')).machine, 'first');
  assert.equal((await find(nas)).machine, 'first');
  assert.deepEqual(warnings, []);
  const moved = await find(nas, 'second');
  assert.equal(moved.server_guid, guid);
  assert.match(
    warnings.pop() ?? '',
    /identity\.json: Kept on a machine .* clone, give it a server_id .* anew/,
  );
  keep(moved);
  await find(nas, 'second');
  assert.deepEqual(warnings, []);
});

test('findIdentity() completes a file without a machine, and a clone with its own server_id is none (pitfall 32)', async () => {
  keep(kept);
  keep(await find(nas, 'first'));
  assert.match(await readFile(file(), 'utf8'), /"machine":"first"/);
  await find({ ...nas, server_id: 'nas-2' }, 'second');
  assert.deepEqual(warnings, []);
});

test('machineHash() never gives the machine-id itself, and none before there is one (pitfall 32)', async () => {
  const host = new Host(directory);
  assert.equal(machineHash(host), undefined);
  await mkdir(join(directory, 'etc'));
  const id = join(directory, 'etc/machine-id');
  await writeFile(id, 'uninitialized\n');
  assert.equal(machineHash(host), undefined);
  const text = '0123456789abcdef0123456789abcdef';
  await writeFile(id, `${text}\n`);
  assert.match(machineHash(host) ?? '', /^[0-9a-f]{64}$/);
  assert.notEqual(machineHash(host)?.slice(0, 32), text);
});
