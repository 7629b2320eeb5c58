import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { manifestText, readManifest } from '../../../deployer/build/manifest.ts';
import { sha256 } from '../../../deployer/lib/digest.ts';
import { readTar } from '../../../deployer/lib/tar.ts';
import { buildDist } from '../../ansible/dist.ts';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { deploy, liveRelease, pushJson } from '../../support/deploy.ts';
import type { HubClient } from '../../support/hub-client.ts';
import { need } from '../../support/need.ts';

/** The artifact of every release that people may have on their servers. A release adds its own. */
const RELEASES = join(import.meta.dirname, '../../fixtures/releases');
/** The hub calls a server offline after three times this, as with the sixty seconds of a person's servers. */
const INTERVAL_S = 5;
const NAMES = ['nas-1', 'pi-1'];

/** What `build` left for servers, with an older artifact in the place of today's. */
async function distOf(artifact: string, today: string, directory: string): Promise<void> {
  const { runtimes } = await readManifest(today);
  const bytes = await readFile(join(RELEASES, artifact));
  await writeFile(join(directory, artifact), bytes);
  for (const { file } of Object.values(runtimes)) {
    await copyFile(join(today, file), join(directory, file));
  }
  const files = await Array.fromAsync(readTar(await promisify(gunzip)(bytes)));
  const sums = files.find(({ name }) => name.endsWith('/SHA256SUMS'))?.body;
  assert.ok(sums !== undefined);
  const entry = { file: artifact, sha256: sha256(bytes), bytes: bytes.length };
  const version = /^homelab-agent-(.*)\.tar\.gz$/.exec(artifact)?.[1] ?? '';
  const manifest = {
    version,
    artifact: { ...entry, sums: Buffer.from(sums).toString() },
    runtimes,
  };
  await writeFile(join(directory, 'manifest.json'), manifestText(manifest));
}

for (const artifact of await readdir(RELEASES)) {
  suite(`servers on which ${artifact} runs`, need('servers'), () => {
    let fleet: Fleet;
    let hub: HubClient;
    let inventory: string;
    let old: string;
    let today: string;

    const push = async (dist: string): Promise<void> => {
      const { code, hosts } = await pushJson(fleet, '--all', '-i', inventory, '--dist', dist);
      assert.equal(code, 0, JSON.stringify(hosts));
      for (const { gap_seconds: gap } of hosts) assert.equal(gap === null, dist === old);
      await hub.waitForBeats(NAMES, { since: new Date().toISOString(), count: 2 });
    };
    const live = () => Promise.all(NAMES.map(name => liveRelease(fleet, name)));

    before(async () => {
      fleet = await startFleet({ hosts: NAMES, withoutPython: [NAMES[1] ?? ''] });
      hub = await fleet.startHub({ offlineAfter: 3 * INTERVAL_S });
      inventory = join(fleet.directory, 'inventory.yaml');
      await fleet.inventory(inventory, {
        vars: { homelab_agent_heartbeat_interval: INTERVAL_S, homelab_agent_gate_seconds: 1 },
      });
      today = await mkdtemp(join(fleet.directory, 'today-'));
      old = await mkdtemp(join(fleet.directory, 'old-'));
      await buildDist(today);
      await distOf(artifact, today, old);
      await push(old);
    });
    after(() => fleet?.stop());

    test('are upgraded without a lost heartbeat, keep their identity, and go back', async () => {
      const before = await live();
      await push(today);
      const after = await live();
      assert.ok(NAMES.every((_, at) => before[at] !== after[at]));
      const { alerts } = await hub.api('GET', '/alerts');
      assert.deepEqual(alerts, []);
      for (const name of NAMES) {
        const beats = await hub.beats(name);
        assert.equal(new Set(beats.map(({ body }) => body.server_guid)).size, 1);
        const times = beats.map(({ body }) => Date.parse(body.timestamp));
        const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
        assert.ok(Math.max(...gaps) < 2 * INTERVAL_S * 1_000, `${name}: ${gaps.join(' ')}`);
      }
      const { exitCode, stderr } = await deploy(
        fleet,
        'rollback',
        '--all',
        '--yes',
        '-i',
        inventory,
      );
      assert.equal(exitCode, 0, stderr);
      assert.deepEqual(await live(), before);
      await hub.waitForBeats(NAMES, { since: new Date().toISOString() });
    });

    test('are the same to a push that follows the rollback', async () => {
      await push(today);
      const { code, hosts } = await pushJson(fleet, '--all', '-i', inventory, '--dist', today);
      assert.equal(code, 0);
      assert.ok(hosts.every(({ outcome }) => outcome === 'unchanged'));
    });
  });
}
