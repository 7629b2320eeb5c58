import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ensureAnsibleRoot, inRoot } from '../fleet/ansible-root.ts';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import { pushJson } from '../support/deploy.ts';
import type { HubClient } from '../support/hub-client.ts';
import { need } from '../support/need.ts';
import { buildDist } from './dist.ts';
import { counts, type Played, play } from './playbook.ts';
import { ANSIBLE } from './role.ts';
import { tree } from './tree.ts';

const NAMES = ['nas-1', 'nas-2', 'pi-1', 'pi-2'];
const UNCHANGED = Object.fromEntries(NAMES.map(name => [name, [0, 0]]));

describe('the role from Debian 12 and 13 to servers of both', need('Ansible', 'servers'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let dist: string;
  let inventory: string[];
  let newer: string[];

  /** By the ansible-core of Debian 13, where a value knows where it came from and a condition must be a truth value. */
  const byNewer = (...args: string[]): Promise<Played> =>
    play(fleet, 'site.yml', [...inventory, ...args], { program: newer });
  const byOlder = (...args: string[]): Promise<Played> =>
    play(fleet, 'site.yml', [...inventory, ...args]);

  before(async () => {
    const trixie = { base: 'trixie' } as const;
    fleet = await startFleet({ hosts: NAMES, each: { 'pi-1': trixie, 'pi-2': trixie } });
    hub = await fleet.startHub();
    dist = join(fleet.directory, 'dist');
    await buildDist(dist);
    const file = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(file, {
      vars: { homelab_agent_dist_dir: dist, homelab_agent_gate_seconds: 1 },
    });
    inventory = ['-i', file];
    const root = await ensureAnsibleRoot(process.env);
    newer = inRoot(root, ['ansible-playbook'], { cwd: ANSIBLE });
  });
  after(async () => fleet?.stop());

  it('works from ansible-core 2.19 or newer', async () => {
    const { stdout } = await fleet.run([...newer, '--version']);
    assert.match(stdout, /^ansible-playbook \[core 2\.(19|[2-9]\d)\./);
    const checked = await byNewer('--check', '--diff');
    assert.deepEqual(counts(checked, 'failed', 'unreachable'), UNCHANGED, checked.output);
    const played = await byNewer();
    assert.equal(played.code, 0, played.output);
    assert.doesNotMatch(played.output, /WARNING|DEPRECATION/);
    await hub.waitForBeats(NAMES);
    assert.deepEqual(counts(await byNewer(), 'changed', 'failed'), UNCHANGED);
  });

  it('finds nothing to do from the other ansible-core, and leaves nothing to homelab-deploy', async () => {
    assert.deepEqual(counts(await byOlder('--check', '--diff'), 'changed', 'failed'), UNCHANGED);
    const { hosts } = await pushJson(fleet, '--all', '--check', '--dist', dist, ...inventory);
    assert.deepEqual(new Set(hosts.map(({ outcome }) => outcome)), new Set(['unchanged']));
  });

  it('leaves the same on servers of both releases', async () => {
    const [one, ...others] = await Promise.all(
      fleet.hosts.map(async host => withoutIdentity(await tree(host), host.name)),
    );
    for (const other of others) assert.equal(other, one);
  });

  it('removes the agent with ansible-core 2.19 or newer', async () => {
    const played = await byNewer(
      '-e',
      '{"homelab_agent_state":"absent","homelab_agent_purge":true}',
    );
    assert.equal(played.code, 0, played.output);
    for (const host of fleet.hosts) assert.equal(await tree(host), '');
  });
});

/** Without what differs from server to server by right: the release's name, the configuration's digest, numeric ids. */
function withoutIdentity(text: string, name: string): string {
  return text
    .replaceAll(/-[0-9a-f]{8}(?=[/ \n]|$)/g, '-RELEASE')
    .replaceAll(/^[0-9a-f]{64}(?= .*\/config\.yaml$)/gm, 'CONFIG')
    .replaceAll(/^(homelab-agent:x):\d+(:\d+)?/gm, '$1')
    .replaceAll(name, 'NAME');
}
