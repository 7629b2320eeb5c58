import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  API_KEY,
  flaws,
  HostileFleet,
  SUDO_PASSWORD,
  VAULT_PASSWORD,
} from '../../support/hostile/hostile-fleet.ts';
import { honestMode } from '../../support/hostile/server-mode.ts';
import { SERVER_MODES } from '../../support/hostile/server-modes.ts';
import { StandInHub } from '../../support/hub.ts';
import { need } from '../../support/need.ts';
import { watchProcesses } from '../../support/watch-processes.ts';

const MARKERS = [API_KEY, SUDO_PASSWORD, VAULT_PASSWORD];
/** A run that needs longer hangs. */
const TIMEOUT_MS = 300_000;

/** Files below a directory that hold one of the secrets. */
async function filesWithSecrets(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(entry => entry.isFile())
    .map(each => join(each.parentPath, each.name));
  const texts = await Promise.all(files.map(file => readFile(file, 'latin1')));
  return files
    .filter((_, at) => MARKERS.some(marker => texts[at]?.includes(marker)))
    .map(file => file.slice(directory.length + 1))
    .sort();
}

describe('secrets on the machine of the deployer', need('ssh-keygen'), () => {
  const open = new AsyncDisposableStack();
  let fleet: HostileFleet;

  before(async () => {
    const hub = open.use(await new StandInHub({ apiKey: API_KEY }).start());
    const echoing = SERVER_MODES['sudo that echoes what it gets'];
    assert.ok(echoing !== undefined);
    const hosts = { 'honest-1': { mode: honestMode() }, echoing: { mode: echoing } };
    fleet = open.use(await HostileFleet.start(hosts, hub.url));
  });
  after(() => open.disposeAsync());

  for (const args of [
    ['push', '--all', '--yes', '--diff'],
    ['status', '--transport', 'openssh'],
    ['doctor'],
    ['logs', '--all'],
    ['inventory', 'honest-1'],
    ['enroll', '--all', '--yes'],
    ['push', '--all', '--yes', '--transport', 'openssh'],
  ]) {
    it(`"${args.join(' ')}" shows none, puts none on a command line or in an environment, and leaves none in a file`, async () => {
      const processes = watchProcesses(MARKERS);
      const run = await fleet.run(args, { timeoutMs: TIMEOUT_MS });
      assert.deepEqual(await processes.stop(), []);
      assert.deepEqual(flaws(run), [], `${run.stdout}${run.stderr}`);
      assert.deepEqual(await filesWithSecrets(fleet.directory), ['inventory.yaml', 'vault']);
    });
  }
});
