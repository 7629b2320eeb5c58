import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import type { HubClient } from '../support/hub-client.ts';
import { need } from '../support/need.ts';
import { buildDist } from './dist.ts';
import { counts, play } from './playbook.ts';

const GUID = '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0';
const UNIT = '/etc/systemd/system/homelab-agent.service';

/** An agent of another make: a service of the same name at the same paths, known to the hub by a GUID. */
const FORMER = `
useradd --system --home-dir /opt/homelab-agent --shell /usr/sbin/nologin homelab-agent
mkdir -p /opt/homelab-agent /etc/homelab-agent
echo 'while :; do sleep 1; done' >/opt/homelab-agent/homelab-agent.py
printf 'hub_url: http://hub:8080\\nserver_id: nas-1\\napi_key: k\\nserver_guid: ${GUID}\\n' >/etc/homelab-agent/config.yaml
printf '[Service]\\nExecStart=/bin/sh /opt/homelab-agent/homelab-agent.py\\n[Install]\\nWantedBy=multi-user.target\\n' >${UNIT}
systemctl daemon-reload
systemctl enable --quiet --now homelab-agent`;

describe('the role on a server with an agent of another make', need('Ansible', 'servers'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let inventory: string[];

  before(async () => {
    fleet = await startFleet({ hosts: ['nas-1'] });
    hub = await fleet.startHub();
    const dist = join(fleet.directory, 'dist');
    await buildDist(dist);
    const file = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(file, { vars: { homelab_agent_dist_dir: dist } });
    inventory = ['-i', file];
    await fleet.host('nas-1').exec(FORMER);
  });
  after(async () => fleet?.stop());

  it('refuses to drop what the agent there was set to, and touches nothing', async () => {
    const set = (line: string) =>
      fleet.host('nas-1').exec(`echo '${line}' >>/etc/homelab-agent/config.yaml`);
    await set('api_token: hlh_ag_secret');
    await set('mode: readwrite');
    const { code, output, recap } = await play(fleet, 'site.yml', ['--check', ...inventory]);
    assert.equal(code, 2);
    assert.match(output, /found\s+that\s+it\s+would\s+change\s+api_token,\s+mode/);
    assert.match(output, /homelab_agent_mode: "readwrite"/);
    assert.doesNotMatch(output, /hlh_ag_secret/);
    assert.deepEqual([recap['nas-1']?.changed, recap['nas-1']?.failed], [0, 1]);
    const verbose = await play(fleet, 'site.yml', ['-vvv', ...inventory]);
    assert.doesNotMatch(verbose.output, /hlh_ag_secret/);
    assert.equal(verbose.recap['nas-1']?.changed, 0);
    await fleet.host('nas-1').exec("sed -i '/api_token\\|mode/d' /etc/homelab-agent/config.yaml");
  });

  it('takes over under the identity that the hub knows', async () => {
    const played = await play(fleet, 'site.yml', inventory);
    assert.equal(played.code, 0, played.output);
    const [beat] = await hub.waitForBeats(['nas-1']);
    assert.equal(beat?.body['server_guid'], GUID);
    const { stdout } = await fleet.host('nas-1').exec('ls /opt/homelab-agent/takeover/files');
    assert.equal(stdout, 'homelab-agent.py');
    assert.deepEqual(counts(await play(fleet, 'site.yml', inventory), 'changed'), { 'nas-1': [0] });
  });

  it('brings it back by rollback.yml', async () => {
    const played = await play(fleet, 'rollback.yml', inventory);
    assert.deepEqual(counts(played, 'changed', 'failed'), { 'nas-1': [1, 0] }, played.output);
    const { stdout } = await fleet
      .host('nas-1')
      .exec(`systemctl is-active homelab-agent; grep -c homelab-agent.py ${UNIT}`);
    assert.equal(stdout, 'active\n1');
  });
});
