import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ensureAnsibleRoot, inRoot } from '../fleet/ansible-root.ts';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import type { HubClient } from '../support/hub-client.ts';
import { need } from '../support/need.ts';
import { buildDist } from './dist.ts';
import { counts, type Played, play } from './playbook.ts';
import { ANSIBLE } from './role.ts';

const GUIDS: Readonly<Record<string, string>> = {
  'nas-1': '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0',
  'pi-1': '5f0c2f6e-9d3b-4c55-8f1e-0a6d3f7c1b2a',
};
const UNIT = '/etc/systemd/system/homelab-agent.service';

/** An agent of another make: a service of the same name at the same paths, known to the hub by a GUID. */
const former = (name: string): string => `
useradd --system --home-dir /opt/homelab-agent --shell /usr/sbin/nologin homelab-agent
mkdir -p /opt/homelab-agent /etc/homelab-agent
echo 'while :; do sleep 1; done' >/opt/homelab-agent/homelab-agent.py
printf 'hub_url: http://hub:8080\\nserver_id: ${name}\\napi_key: k\\nserver_guid: ${GUIDS[name]}\\n' >/etc/homelab-agent/config.yaml
printf '[Service]\\nExecStart=/bin/sh /opt/homelab-agent/homelab-agent.py\\n[Install]\\nWantedBy=multi-user.target\\n' >${UNIT}
systemctl daemon-reload
systemctl enable --quiet --now homelab-agent`;

describe('the role on a server with an agent of another make', need('Ansible', 'servers'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let inventory: string[];
  let newer: string[];

  before(async () => {
    fleet = await startFleet({ hosts: ['nas-1', 'pi-1'] });
    hub = await fleet.startHub();
    const dist = join(fleet.directory, 'dist');
    await buildDist(dist);
    const file = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(file, { vars: { homelab_agent_dist_dir: dist } });
    inventory = ['-i', file];
    for (const host of fleet.hosts) await host.exec(former(host.name));
    newer = inRoot(await ensureAnsibleRoot(process.env), ['ansible-playbook'], { cwd: ANSIBLE });
  });
  after(async () => fleet?.stop());

  for (const [generation, name, program] of [
    ['2.14', 'nas-1', () => ['ansible-playbook']],
    ['2.19 or newer', 'pi-1', () => newer],
  ] as const) {
    const run = (playbook: string, ...args: string[]): Promise<Played> =>
      play(fleet, playbook, [...inventory, '--limit', name, ...args], { program: program() });

    it(`refuses to drop what the agent there was set to, and touches nothing, with ansible-core ${generation}`, async () => {
      const set = (line: string) =>
        fleet.host(name).exec(`echo '${line}' >>/etc/homelab-agent/config.yaml`);
      await set('api_token: hlh_ag_secret');
      await set('mode: readwrite');
      const { code, output, recap } = await run('site.yml', '--check');
      assert.equal(code, 2);
      assert.match(output, /found\s+that\s+it\s+would\s+change\s+api_token,\s+mode/);
      assert.match(output, /homelab_agent_mode: "readwrite"/);
      assert.doesNotMatch(output, /hlh_ag_secret/);
      assert.deepEqual([recap[name]?.changed, recap[name]?.failed], [0, 1]);
      const verbose = await run('site.yml', '-vvv');
      assert.doesNotMatch(verbose.output, /hlh_ag_secret/);
      assert.equal(verbose.recap[name]?.changed, 0);
      const absent = '{"homelab_agent_state":"absent","homelab_agent_purge":true}';
      const removed = await run('site.yml', '-e', absent);
      assert.deepEqual(counts(removed, 'changed', 'failed'), { [name]: [0, 1] });
      assert.match(removed.output, /another\s+agent,\s+which\s+is\s+not\s+ours\s+to\s+remove/);
      await fleet.host(name).exec("sed -i '/api_token\\|mode/d' /etc/homelab-agent/config.yaml");
    });

    it(`takes over under the identity that the hub knows, with ansible-core ${generation}`, async () => {
      const checked = await run('site.yml', '--check');
      assert.match(checked.output, /takes over from another agent/);
      const played = await run('site.yml');
      assert.deepEqual(counts(played, 'changed', 'failed'), { [name]: [1, 0] }, played.output);
      const beats = await hub.waitForBeats([name]);
      const beat = beats.find(({ body }) => body['server_id'] === name);
      assert.equal(beat?.body['server_guid'], GUIDS[name]);
      const { stdout } = await fleet.host(name).exec('ls /opt/homelab-agent/takeover/files');
      assert.equal(stdout, 'homelab-agent.py');
      assert.deepEqual(counts(await run('site.yml'), 'changed'), { [name]: [0] });
    });

    it(`brings it back by rollback.yml, with ansible-core ${generation}`, async () => {
      const checked = await run('rollback.yml', '--check');
      assert.deepEqual(counts(checked, 'changed', 'failed'), { [name]: [1, 0] }, checked.output);
      const played = await run('rollback.yml');
      assert.deepEqual(counts(played, 'changed', 'failed'), { [name]: [1, 0] }, played.output);
      const { stdout } = await fleet
        .host(name)
        .exec(`systemctl is-active homelab-agent; grep -c homelab-agent.py ${UNIT}`);
      assert.equal(stdout, 'active\n1');
    });
  }
});
