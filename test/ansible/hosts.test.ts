import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import { liveRelease, mainPid, pushJson } from '../support/deploy.ts';
import type { HubClient } from '../support/hub-client.ts';
import { need } from '../support/need.ts';
import { buildDist, buildStubDist } from './dist.ts';
import { counts, type Played, play } from './playbook.ts';
import { liveTree, tree } from './tree.ts';

const NAMES = ['nas-1', 'pi-1'];

/** A key of everything that a template which does not quote breaks on. */
const API_KEY = `0123: 'q' "d" #yes {1e3} [~] \\n ${'k'.repeat(200)}`;

describe('the role on real servers', need('Ansible', 'servers'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let dist: string;
  let bare: string[];
  let installed: string[];
  const at = (name: string): string => join(fleet.directory, name);
  const site = (...args: string[]): Promise<Played> =>
    play(fleet, 'site.yml', ['-i', at('inventory.yaml'), ...args]);
  /** Without the hub, which refuses the token of pi-1. */
  const push = (...args: string[]) =>
    pushJson(fleet, '--all', '--no-hub', '--dist', dist, '-i', at('inventory.yaml'), ...args);
  const trees = (): Promise<string[]> => Promise.all(fleet.hosts.map(tree));
  const pids = (): Promise<number[]> => Promise.all(NAMES.map(name => mainPid(fleet, name)));

  before(async () => {
    fleet = await startFleet({ hosts: NAMES, apiKey: API_KEY });
    hub = await fleet.startHub();
    dist = at('dist');
    await buildDist(dist);
    await fleet.inventory(at('inventory.yaml'), {
      vars: { homelab_agent_dist_dir: dist, homelab_agent_gate_seconds: 1 },
      hosts: {
        'pi-1': {
          homelab_agent_api_token: 'UNSAFE',
          homelab_agent_monitored_services: ['ssh.service', 'grüße@😀.service', '0123'],
        },
      },
    });
    const text = await readFile(at('inventory.yaml'), 'utf8');
    await writeFile(at('inventory.yaml'), text.replace('UNSAFE', '!unsafe "to{{ k }}en {% x"'));
    bare = await trees();
  });
  after(async () => fleet?.stop());

  it('stops before it writes anything where the variables or the server cannot work', async () => {
    const uname = '/usr/local/bin/uname';
    await fleet
      .host('pi-1')
      .exec(`printf '#!/bin/sh\\necho armv7l\\n' >${uname}; chmod +x ${uname}`);
    await fleet.inventory(at('wrong.yaml'), {
      vars: { homelab_agent_dist_dir: dist },
      hosts: { 'nas-1': { homelab_agent_hub_url: 'hub.home.lan:8080', homelab_agent_mod: 'x' } },
    });
    const { code, output, recap } = await play(fleet, 'site.yml', ['-i', at('wrong.yaml')]);
    await fleet.host('pi-1').exec(`rm ${uname}`);
    assert.equal(code, 2);
    assert.match(output, /homelab_agent_hub_url: Expected a URL .*, found "hub\.home\.lan:8080"/);
    assert.match(output, /homelab_agent_mod: Unknown variable/);
    assert.match(output, /Expected a 64-bit x86_64 or aarch64 server, found armv7l/);
    assert.deepEqual(
      Object.values(recap).map(({ changed, failed }) => [changed, failed]),
      [
        [0, 1],
        [0, 1],
      ],
    );
    assert.deepEqual(await trees(), bare);
  });

  it('says in check mode what a first run would do, and does none of it', async () => {
    const played = await site('--check', '--diff');
    assert.deepEqual(counts(played, 'failed', 'unreachable'), { 'nas-1': [0, 0], 'pi-1': [0, 0] });
    assert.ok(Object.values(played.recap).every(({ changed }) => changed > 0));
    assert.match(played.output, /nothing -> \d+\.\d+\.\d+-[0-9a-f]{8}/);
    assert.doesNotMatch(played.output, /kkkk/);
    assert.deepEqual(await trees(), bare);
  });

  it('brings bare servers to beating', async () => {
    const played = await site();
    assert.equal(played.code, 0, played.output);
    await hub.waitForBeats(['nas-1']);
    assert.doesNotMatch(played.output, /kkkk/);
    installed = await trees();
  });

  it('changes nothing when run again, in check mode or not, and restarts nothing', async () => {
    const before = await pids();
    const unchanged = { 'nas-1': [0, 0], 'pi-1': [0, 0] };
    assert.deepEqual(counts(await site(), 'changed', 'failed'), unchanged);
    const checked = await site('--check', '--diff');
    assert.deepEqual(counts(checked, 'changed', 'failed'), unchanged);
    assert.doesNotMatch(checked.output, /^(---|\+\+\+) /m);
    assert.deepEqual(await pids(), before);
    assert.deepEqual(await trees(), installed);
  });

  it('leaves nothing for homelab-deploy to do', async () => {
    const { code, hosts } = await push('--check');
    assert.equal(code, 0);
    assert.deepEqual(
      hosts.map(({ outcome }) => outcome),
      ['unchanged', 'unchanged'],
    );
  });

  it('finds and repairs what was changed by hand', async () => {
    await fleet.host('nas-1').exec(`
      echo '# by hand' >>/etc/homelab-agent/config.yaml; chmod 0666 /etc/homelab-agent/config.yaml
      chmod 0777 /opt/homelab-agent/releases; systemctl disable --now homelab-agent`);
    await fleet.host('pi-1').exec(`
      echo '# by hand' >>/etc/systemd/system/homelab-agent.service
      echo '// by hand' >>/opt/homelab-agent/current/homelab-agent.mjs`);
    const seen = await site('--check');
    assert.ok(
      Object.values(seen.recap).every(({ changed, failed }) => changed > 0 && failed === 0),
    );
    const played = await site();
    assert.equal(played.code, 0, played.output);
    assert.deepEqual(await trees(), installed);
    assert.ok((await pids()).every(pid => pid > 0));
    assert.deepEqual(counts(await site('--check'), 'changed'), { 'nas-1': [0], 'pi-1': [0] });
  });

  it('finds and reverts what homelab-deploy changed from another inventory, and the reverse', async () => {
    const other = at('other.yaml');
    const text = await readFile(at('inventory.yaml'), 'utf8');
    await writeFile(
      other,
      text.replace('    homelab_agent_dist', '    homelab_agent_log_level: debug\n$&'),
    );
    const pushed = await pushJson(fleet, '--all', '--no-hub', '--dist', dist, '-i', other);
    assert.deepEqual(
      pushed.hosts.map(({ outcome }) => outcome),
      ['changed', 'changed'],
    );
    const played = await site();
    assert.equal(played.code, 0, played.output);
    const live = await Promise.all(fleet.hosts.map(liveTree));
    assert.deepEqual(live, installed);
    const { hosts } = await push('--check');
    assert.deepEqual(
      hosts.map(({ outcome }) => outcome),
      ['unchanged', 'unchanged'],
    );
  });

  it('fails one server with the journal of a release that does not start, and goes on with the others', async () => {
    await buildStubDist(dist, at('broken'), 'dies at once');
    const live = await liveRelease(fleet, 'nas-1');
    const text = await readFile(at('inventory.yaml'), 'utf8');
    const broken = text.replace(/( +)nas-1:\n/, `$&$1  homelab_agent_dist_dir: ${at('broken')}\n`);
    await writeFile(at('broken.yaml'), broken);
    await fleet.host('pi-1').exec('systemctl stop homelab-agent');
    const { code, output, recap } = await play(fleet, 'site.yml', ['-i', at('broken.yaml')]);
    assert.equal(code, 2);
    assert.deepEqual([recap['nas-1']?.failed, recap['pi-1']?.failed], [1, 0]);
    assert.match(output, /did not become ready/);
    assert.match(output, /^ *journal: /m);
    assert.match(output, /Rolled back: \S+ runs/);
    assert.equal(await liveRelease(fleet, 'nas-1'), live);
    assert.ok((await pids()).every(pid => pid > 0));
    assert.deepEqual(counts(await site('--check'), 'changed'), { 'nas-1': [0], 'pi-1': [0] });
  });

  it('goes back to the release before by rollback.yml', async () => {
    const live = await liveRelease(fleet, 'pi-1');
    const rolled = await play(fleet, 'rollback.yml', [
      '-i',
      at('inventory.yaml'),
      '--limit',
      'pi-1',
    ]);
    assert.deepEqual(counts(rolled, 'changed', 'failed'), { 'pi-1': [1, 0] });
    assert.notEqual(await liveRelease(fleet, 'pi-1'), live);
  });

  it('removes the agent completely, though not from under a service that it cannot stop', async () => {
    const absent = ['-e', '{"homelab_agent_state":"absent","homelab_agent_purge":true}'];
    await fleet.host('nas-1').exec('rm /opt/homelab-agent/current');
    const releases = '/opt/homelab-agent/releases';
    await fleet.host('pi-1').exec(`mv ${releases} /root/releases`);
    const refused = await site('--limit', 'pi-1', ...absent);
    await fleet
      .host('pi-1')
      .exec(`mv /root/releases ${releases}; systemctl is-active homelab-agent`);
    assert.deepEqual(counts(refused, 'changed', 'failed'), { 'pi-1': [0, 1] });
    assert.match(refused.output, /Expected a release, whose install-agent\.sh removes/);
    assert.ok(
      Object.values((await site('--check', ...absent)).recap).every(({ changed }) => changed > 0),
    );
    const played = await site(...absent);
    assert.equal(played.code, 0, played.output);
    assert.deepEqual(await trees(), bare);
    assert.deepEqual(counts(await site(...absent), 'changed'), { 'nas-1': [0], 'pi-1': [0] });
  });

  it('has nothing to do after homelab-deploy, which leaves the same trees', async () => {
    const { code, hosts } = await push();
    assert.equal(code, 0, JSON.stringify(hosts));
    assert.deepEqual(await trees(), installed);
    const played = await site('--check', '--diff');
    assert.deepEqual(counts(played, 'changed', 'failed'), { 'nas-1': [0, 0], 'pi-1': [0, 0] });
  });
});
