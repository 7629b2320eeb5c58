import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { parse } from 'yaml';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import type { FleetHost } from '../../fleet/fleet-host.ts';
import { type HubAgent, installHubAgent, removeHubAgent } from '../../fleet/hub-agent.ts';
import { deploy, pushJson } from '../../support/deploy.ts';
import type { HubClient } from '../../support/hub-client.ts';
import { need } from '../../support/need.ts';

const NAME = 'pi-1';
const INTERVAL_S = 5;
const SERVICES = ['ssh', 'dbus'];

suite(
  "a server with the hub's own agent, from the first push to a hub that was rebuilt",
  need('servers'),
  () => {
    let fleet: Fleet;
    let hub: HubClient;
    let host: FleetHost;
    let found: HubAgent;
    let inventory: string;
    let password: string[];

    const sh = async (command: string): Promise<string> => (await host.exec(command)).stdout;
    const hostVars = () => readFile(join(fleet.directory, 'inventory/host_vars/pi-1.yml'), 'utf8');
    const push = (...args: string[]) =>
      pushJson(fleet, '--all', '-i', inventory, ...password, ...args);
    const rows = async () => {
      const { servers } = await hub.api('GET', '/servers');
      return (servers as { id: string; guid: string; agent_mode: string }[]).map(
        ({ id, guid, agent_mode }) => ({ id, guid, agent_mode }),
      );
    };
    /** The hub has the one row, with the GUID that it had, its rights and its services. */
    const isTheSame = async (): Promise<void> => {
      const { serverId: id, guid } = found;
      assert.deepEqual(await rows(), [{ id, guid, agent_mode: 'readwrite' }]);
      const { services } = await hub.api('GET', `/servers/${id}/services`);
      const statuses = (
        services as { service_name: string; current_status: { status: string } }[]
      ).map(({ service_name, current_status }) => `${service_name} ${current_status?.status}`);
      assert.deepEqual(
        statuses,
        SERVICES.map(name => `${name} running`),
      );
      await hub.api('POST', '/actions', { server_id: id, action_type: 'restart_service' });
    };
    const beatFromNow = async (version: RegExp): Promise<void> => {
      const since = new Date().toISOString();
      await hub.waitForBeats([found.serverId], { since, count: 2 });
      const [last] = (await hub.beats(found.serverId)).slice(-1);
      assert.match(String(last?.body['agent_version']), version);
    };
    const OURS = /^0\./;
    const HUBS = /^2\.0\.0$/;

    async function enroll(...args: string[]): Promise<void> {
      const options = ['-i', inventory, ...password];
      const { exitCode, stdout, stderr } = await deploy(fleet, 'enroll', ...args, ...options);
      assert.equal(exitCode, 0, `${stdout}\n${stderr}`);
    }

    before(async () => {
      fleet = await startFleet({ hosts: [NAME] });
      hub = await fleet.startHub();
      host = fleet.host(NAME);
      await mkdir(join(fleet.directory, 'inventory'));
      inventory = join(fleet.directory, 'inventory/inventory.yaml');
      await fleet.inventory(inventory, {
        vars: {
          homelab_agent_heartbeat_interval: INTERVAL_S,
          homelab_agent_gate_seconds: 1,
          homelab_deploy_hub_api_key: fleet.apiKey,
        },
      });
      const file = join(fleet.directory, 'password');
      await writeFile(file, 'open sesame\n');
      password = ['--vault-password-file', file];
      found = await installHubAgent(host, hub, { hubUrl: fleet.hubUrl, services: SERVICES });
      for (const service_name of SERVICES) {
        await hub.api('POST', `/servers/${found.serverId}/services`, { service_name });
      }
      await beatFromNow(HUBS);
      await isTheSame();
    });
    after(() => fleet?.stop());

    test('is refused by a push, which says what would go and what keeps it, and touches nothing', async () => {
      for (const args of [['--check', '--diff'], []]) {
        const { code, hosts, stderr } = await push(...args);
        assert.equal(code, 1);
        assert.equal(hosts[0]?.outcome, 'failed');
        const reason = hosts[0]?.reason ?? '';
        assert.match(
          reason,
          new RegExp(`^server_id: ${found.serverId} becomes pi-1, a second server`, 'm'),
        );
        assert.match(reason, /^monitored_services: removes ssh, dbus, which are on the server$/m);
        assert.match(reason, /^ {2}homelab_agent_mode: "readwrite"$/m);
        assert.doesNotMatch(`${JSON.stringify(hosts)}${stderr}`, new RegExp(found.token));
      }
      assert.equal(await sh('systemctl show -p ExecStart homelab-agent | grep -c python'), '1');
      assert.equal(await sh('ls -d /opt/homelab-agent/releases 2>/dev/null || echo none'), 'none');
    });

    test('is adopted: the inventory says what the agent was set to, the token vaulted', async () => {
      const checked = await deploy(fleet, 'adopt', NAME, '--check', '-i', inventory, ...password);
      assert.equal(checked.exitCode, 0, checked.stderr);
      assert.match(
        checked.stderr,
        new RegExp(`homelab_agent_server_id: not set -> "${found.serverId}"`),
      );
      await assert.rejects(hostVars(), { code: 'ENOENT' });
      const asked = await deploy(fleet, 'adopt', NAME, '-i', inventory, ...password);
      assert.equal(asked.exitCode, 2);
      const without = await deploy(fleet, 'adopt', NAME, '--yes', '-i', inventory);
      assert.equal(without.exitCode, 1);
      assert.match(without.stdout, /Expected a vault password/);
      await assert.rejects(hostVars(), { code: 'ENOENT' });
      const adopted = await deploy(
        fleet,
        'adopt',
        '--all',
        '--yes',
        '--json',
        '-i',
        inventory,
        ...password,
      );
      assert.equal(adopted.exitCode, 0, adopted.stderr);
      for (const { stdout, stderr } of [checked, without, adopted]) {
        assert.doesNotMatch(`${stdout}${stderr}`, new RegExp(found.token));
      }
      const text = await hostVars();
      assert.match(text, /homelab_agent_api_token: !vault \|\n {2}\$ANSIBLE_VAULT/);
      const { homelab_agent_api_token: _, ...rest } = parse(text, { logLevel: 'silent' });
      assert.deepEqual(rest, {
        homelab_agent_server_id: found.serverId,
        homelab_agent_server_guid: found.guid,
        homelab_agent_mode: 'readwrite',
        homelab_agent_monitored_services: SERVICES,
      });
      const again = await deploy(fleet, 'adopt', NAME, '-i', inventory, ...password);
      assert.match(again.stdout, /unchanged/);
      assert.equal(await hostVars(), text);
    });

    test('is taken over as the same server: row, GUID, services and rights', async () => {
      const { code, hosts } = await push();
      assert.equal(code, 0, JSON.stringify(hosts));
      await beatFromNow(OURS);
      await isTheSame();
      const beats = await hub.beats(found.serverId);
      const times = beats.map(({ at }) => Date.parse(at));
      const gap = Math.max(...times.slice(1).map((time, at) => time - (times[at] ?? 0)));
      // The hub calls a server offline after 180 s.
      assert.ok(gap < 60_000, `${gap} ms without a heartbeat`);
      assert.equal((await push()).hosts[0]?.outcome, 'unchanged');
    });

    test('is rolled back to the agent of the hub as it was, and taken over again', async () => {
      const rolled = await deploy(fleet, 'rollback', NAME, '--yes', '-i', inventory, ...password);
      assert.equal(rolled.exitCode, 0, rolled.stderr);
      await beatFromNow(HUBS);
      assert.equal(await sh('stat -c "%a %U:%G" /etc/homelab-agent/config.yaml'), '600 root:root');
      assert.equal((await push()).code, 0);
      await beatFromNow(OURS);
      await isTheSame();
    });

    test('is enrolled and rotated without a second row', async () => {
      await enroll(NAME, '--rotate', '--yes');
      await beatFromNow(OURS);
      await isTheSame();
      assert.ok(!(await sh('cat /etc/homelab-agent/config.yaml')).includes(found.token));
      assert.equal((await push()).hosts[0]?.outcome, 'unchanged');
    });

    test('beats as one server to a hub that was rebuilt', async () => {
      await hub.forget({ servers: true });
      await enroll('--all', '--yes');
      await beatFromNow(OURS);
      assert.deepEqual(
        (await rows()).map(({ id }) => id),
        [found.serverId],
      );
      assert.equal((await push()).hosts[0]?.outcome, 'unchanged');
    });

    test('is the server that its hub reinstalled, though ours ran there before under another GUID', async () => {
      await removeHubAgent(host);
      found = await installHubAgent(host, hub, { hubUrl: fleet.hubUrl, services: SERVICES });
      for (const service_name of SERVICES) {
        await hub
          .api('POST', `/servers/${found.serverId}/services`, { service_name })
          .catch(() => {});
      }
      await beatFromNow(HUBS);
      const text = await hostVars();
      await writeFile(
        join(fleet.directory, 'inventory/host_vars/pi-1.yml'),
        text
          .replace(/homelab_agent_server_guid: .*\n/, '')
          .replace(/homelab_agent_api_token: !vault \|\n(?: .*\n)+/, ''),
      );
      const adopted = await deploy(fleet, 'adopt', NAME, '--yes', '-i', inventory, ...password);
      assert.equal(adopted.exitCode, 0, adopted.stderr);
      // The GUID comes from the agent that is taken over, not from what ours kept.
      await writeFile(
        join(fleet.directory, 'inventory/host_vars/pi-1.yml'),
        (await hostVars()).replace(/homelab_agent_server_guid: .*\n/, ''),
      );
      const { code, hosts } = await push();
      assert.equal(code, 0, JSON.stringify(hosts));
      await beatFromNow(OURS);
      await isTheSame();
    });
  },
);
