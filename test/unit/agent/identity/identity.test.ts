import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Host } from '../../../../agent/host/host.ts';
import { deriveGuid, machineHash } from '../../../../agent/identity/derive-guid.ts';
import { findGuid, keepGuid } from '../../../../agent/identity/identity.ts';
import { oldGuid } from '../../../../agent/identity/old-guid.ts';

const guid = '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0';
const nas = { server_id: 'nas-1', server_guid: undefined };
const none = async () => undefined;
let directory = '';
let warnings: string[] = [];
const warn = (message: string): void => void warnings.push(message);

beforeEach(async () => {
  warnings = [];
  directory = await mkdtemp(join(tmpdir(), 'identity-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('deriveGuid() gives the same version 4 UUID for the same server_id, and another for another', () => {
  const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  for (let index = 0; index < 100; index++) assert.match(deriveGuid(`nas-${index}`), pattern);
  assert.equal(deriveGuid('nas-1'), '48065a3d-14cd-4a12-9d66-09a5ef95ca2b');
  assert.notEqual(deriveGuid('nas-1'), deriveGuid('nas-2'));
});

test("findGuid() prefers the configuration's", async () => {
  await keepGuid(nas, deriveGuid('other'), directory, undefined);
  assert.equal(await findGuid({ ...nas, server_guid: guid }, directory, none, warn), guid);
});

test('findGuid() prefers the kept one to the old and the derived', async () => {
  await keepGuid(nas, guid, directory, undefined);
  assert.equal(await findGuid(nas, directory, async () => deriveGuid('old'), warn), guid);
});

test('findGuid() prefers the old one to the derived', async () => {
  assert.equal(await findGuid(nas, directory, async () => guid, warn), guid);
  assert.equal(await findGuid(nas, directory, none, warn), deriveGuid('nas-1'));
});

test('findGuid() never uses a GUID for another server_id', async () => {
  await keepGuid(nas, guid, directory, undefined);
  const renamed = { ...nas, server_id: 'nas-2' };
  assert.equal(await findGuid(renamed, directory, none, warn), deriveGuid('nas-2'));
});

test('findGuid() continues if the kept file is cut off', async () => {
  await writeFile(join(directory, 'identity.json'), '{"server_guid":"9d3');
  assert.equal(await findGuid(nas, directory, none, warn), deriveGuid('nas-1'));
  const file = join(directory, 'identity.json');
  assert.deepEqual(warnings, [`${file}: Expected the server_guid kept here, found something else`]);
});

test('findGuid() uses no other GUID if the kept one cannot be read', async () => {
  await mkdir(join(directory, 'identity.json'));
  const refused = { name: 'ConfigError', message: /identity\.json: Cannot read .* \(EISDIR\)/ };
  await assert.rejects(() => findGuid(nas, directory, none, warn), refused);
  const [words] = await keepGuid(nas, guid, directory, undefined);
  assert.match(words ?? '', refused.message);
});

test('keepGuid() writes once, for the agent alone, and leaves nothing half-done', async () => {
  await keepGuid(nas, guid, directory, undefined);
  const file = join(directory, 'identity.json');
  const before = await stat(file, { bigint: true });
  assert.equal(before.mode & 0o777n, 0o600n);
  await keepGuid(nas, guid, directory, undefined);
  assert.equal((await stat(file, { bigint: true })).ino, before.ino);
  assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), {
    server_guid: guid,
    server_id: 'nas-1',
  });
  assert.deepEqual(await readdir(directory), ['identity.json']);
});

test('keepGuid() says where there is no room for it, and nothing more', async () => {
  const [words] = await keepGuid(nas, guid, join(directory, 'missing'), undefined);
  assert.match(words ?? '', /missing: Cannot keep the server_guid here \(ENOENT\)$/);
});

test("oldGuid() finds the GUID in a Python agent's configuration that was kept beside the new one", async () => {
  const etc = join(directory, 'etc');
  await mkdir(etc);
  const file = join(etc, 'config.yaml');
  await writeFile(file, 'hub_url: http://hub\n');
  await writeFile(`${file}.broken`, 'hub_url: [');
  assert.equal(await oldGuid(file, nas, warn), undefined);
  await writeFile(
    `${file}.python`,
    `api_key: k\nhub_url: http://hub\nserver_guid: ${guid.toUpperCase()}\nserver_id: nas-1\n`,
  );
  assert.equal(await oldGuid(file, nas, warn), guid);
  assert.equal(await oldGuid(file, { server_id: 'nas-2' }, warn), undefined);
});

test('oldGuid() needs nothing of the old file but its server_id and server_guid', async () => {
  const file = join(directory, 'config.yaml');
  const identity = `server_guid: ${guid}\nserver_id: nas-1\n`;
  for (const other of ['heartbeat_interval: 300', 'unknown_key: 1', 'hub_url: nonsense']) {
    await writeFile(`${file}.python`, `${identity}${other}\n`);
    assert.equal(await oldGuid(file, nas, warn), guid, other);
  }
  await writeFile(`${file}.python`, identity.replace(guid, 'not-a-guid'));
  assert.equal(await oldGuid(file, nas, warn), undefined);
  assert.deepEqual(warnings, []);
});

test('oldGuid() reports an old file that cannot be read, and reads the others', async () => {
  const file = join(directory, 'config.yaml');
  await mkdir(`${file}.a`);
  await writeFile(`${file}.b`, 'server_id: nas-1\nserver_id: nas-1\n');
  await writeFile(`${file}.c`, `server_guid: ${guid}\nserver_id: nas-1\n`);
  assert.equal(await oldGuid(file, nas, warn), guid);
  assert.deepEqual(warnings, [
    `${file}.a: EISDIR (looked into for an earlier server_guid)`,
    `${file}.b:2:1: This key is set twice; keep one (looked into for an earlier server_guid)`,
  ]);
});

test('keepGuid() reports another machine-id once, and the GUID stays (pitfall 32)', async () => {
  assert.deepEqual(await keepGuid(nas, guid, directory, 'first'), []);
  assert.deepEqual(await keepGuid(nas, guid, directory, 'first'), []);
  assert.deepEqual(await keepGuid(nas, guid, directory, undefined), []);
  const [words] = await keepGuid(nas, guid, directory, 'second');
  assert.match(
    words ?? '',
    /identity\.json: Kept on a machine .* clone, give it a server_id .* anew/,
  );
  assert.equal(await findGuid(nas, directory, none, warn), guid);
  assert.deepEqual(await keepGuid(nas, guid, directory, 'second'), []);
});

test('keepGuid() completes a file without a machine, and a clone with its own server_id is none (pitfall 32)', async () => {
  await keepGuid(nas, guid, directory, undefined);
  assert.deepEqual(await keepGuid(nas, guid, directory, 'first'), []);
  assert.match(await readFile(join(directory, 'identity.json'), 'utf8'), /"machine":"first"/);
  const own = { ...nas, server_id: 'nas-2' };
  assert.deepEqual(await keepGuid(own, deriveGuid('nas-2'), directory, 'second'), []);
});

test('machineHash() never gives the machine-id itself, and none before there is one (pitfall 32)', async () => {
  const host = new Host(directory);
  assert.equal(machineHash(host), undefined);
  await mkdir(join(directory, 'etc'));
  const file = join(directory, 'etc/machine-id');
  await writeFile(file, 'uninitialized\n');
  assert.equal(machineHash(host), undefined);
  const id = '0123456789abcdef0123456789abcdef';
  await writeFile(file, `${id}\n`);
  assert.match(machineHash(host) ?? '', /^[0-9a-f]{64}$/);
  assert.notEqual(machineHash(host)?.slice(0, 32), id);
});
