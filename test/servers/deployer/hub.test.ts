import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { Authority } from '../../support/certificates.ts';
import { deploy, pushJson } from '../../support/deploy.ts';
import type { HubClient } from '../../support/hub-client.ts';
import { need } from '../../support/need.ts';

const HUB_MAIN = join(import.meta.dirname, '../../support/hub-main.ts');

describe('push and the hub, on real servers', need('servers'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let state: string | undefined;
  const names = ['nas-1', 'pi-1'];

  before(async () => {
    fleet = await startFleet({ hosts: names });
    hub = await fleet.startHub();
    // What the last push was is kept there.
    state = process.env['XDG_STATE_HOME'];
    process.env['XDG_STATE_HOME'] = await mkdtemp(join(fleet.directory, 'state-'));
  });
  after(async () => {
    if (state === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = state;
    await fleet?.stop();
  });

  /** An inventory of the fleet with these variables. */
  async function inventory(
    name: string,
    vars: Record<string, unknown>,
    hosts?: Record<string, Record<string, unknown>>,
  ): Promise<string> {
    const file = join(fleet.directory, `${name}.yaml`);
    const all = { homelab_agent_gate_seconds: 1, ...vars };
    await fleet.inventory(file, { vars: all, ...(hosts && { hosts }) });
    return file;
  }

  async function touched(): Promise<string> {
    const { stdout } = await fleet.host('nas-1').exec('ls -d /opt/homelab-agent* || true');
    return stdout;
  }

  for (const [what, vars, said] of [
    [
      'a wrong key',
      { homelab_agent_api_key: 'mistyped' },
      /401 Unauthorized.*homelab_agent_api_key/,
    ],
    ['a wrong port', { port: 8081 }, /Connection refused.*the hub answers at http:\S+:8080/],
    ['https for http', { scheme: 'https' }, /does not speak TLS.*the hub answers at http:\S+:8080/],
    ['a wrong path', { path: '/api' }, /404.*the hub answers at http:\S+:8080/],
  ] as const) {
    test(`push --all with ${what} ends with exit code 2 and touches nothing`, async () => {
      const {
        scheme = 'http',
        port = 8080,
        path = '',
        ...own
      } = { ...vars } as Record<string, unknown>;
      const { hostname } = new URL(fleet.hubUrl);
      const url = `${scheme}://${hostname}:${port}${path}`;
      const file = await inventory('wrong', { homelab_agent_hub_url: url, ...own });
      const { exitCode, stderr, stdout } = await deploy(fleet, 'push', '--all', '-i', file);
      assert.equal(exitCode, 2, stdout + stderr);
      assert.match(stderr, /nothing was touched/);
      assert.match(stderr, said);
      assert.equal(await touched(), '');
    });
  }

  test('of several servers only those are stopped that the hub would refuse', async () => {
    const wrong = { 'pi-1': { homelab_agent_api_key: 'mistyped' } };
    const file = await inventory('mixed', {}, wrong);
    const { code, hosts } = await pushJson(fleet, '--all', '-i', file);
    assert.equal(code, 1);
    assert.deepEqual(
      hosts.map(({ outcome }) => outcome),
      ['changed', 'failed'],
    );
    assert.match(hosts[1]?.reason ?? '', /^Nothing was touched: 401/);
    assert.equal(hosts[0]?.beat?.answer, 'accepted');
  });

  test('with --no-hub the wrong key is pushed, and the next push reports the unchanged server as refused', async () => {
    const file = await inventory('no-hub', { homelab_agent_api_key: 'mistyped' });
    const { code, hosts } = await pushJson(fleet, 'nas-1', '--no-hub', '-i', file);
    assert.deepEqual([code, hosts[0]?.outcome], [0, 'changed']);
    const rightKey = await inventory('right', {});
    // The hub is told another key for its question than the server has: only the server knows what was refused.
    await hub.fault('401', { servers: ['nas-1'] });
    const refused = await deploy(fleet, 'push', 'nas-1', '-i', rightKey);
    assert.equal(refused.exitCode, 1, refused.stdout);
    assert.match(refused.stdout, /^nas-1 {2}refused +[\d.]+ s {2}beat refused +401 Unauthorized/m);
    assert.match(refused.stdout, /^1 server: 1 refused$/m);
    const again = await pushJson(fleet, 'nas-1', '-i', rightKey);
    assert.deepEqual([again.code, again.hosts[0]?.outcome], [1, 'refused']);
    assert.match(again.hosts[0]?.reason ?? '', /^Last heartbeat, \d+ s ago: 401/);
    const status = await deploy(fleet, 'status', 'nas-1', '-i', rightKey);
    assert.equal(status.exitCode, 1);
    assert.match(status.stdout, /^nas-1 +refused .*\n\nnas-1: 401 Unauthorized/m);
    await hub.fault('none');
    assert.deepEqual(
      (await pushJson(fleet, '--failed', '-i', rightKey)).hosts.map(({ host }) => host),
      ['nas-1'],
    );
  });

  test('a push while the hub is away warns, and reports heartbeats that are not confirmed', async () => {
    const file = await inventory('away', { homelab_agent_backfill: 20 });
    await hub.fault('refuse');
    const { exitCode, stdout, stderr } = await deploy(fleet, 'push', 'nas-1', '-i', file);
    await hub.fault('none');
    assert.equal(exitCode, 0, stdout);
    assert.match(stderr, /^Warning: From here it is not certain .*Connection refused/m);
    assert.match(stdout, /^nas-1 {2}changed +[\d.]+ s {2}beat not confirmed/m);
    assert.match(stdout, /^ {4}Connection refused by/m);
  });

  test('a hub that only the servers reach is a warning, and their heartbeats are accepted', async () => {
    const { hostname } = new URL(fleet.hubUrl);
    await fleet.host('nas-1').exec(`echo '${hostname} inner-hub' >> /etc/hosts`);
    const url = 'http://inner-hub:8080';
    const file = await inventory('inner', { homelab_agent_hub_url: url });
    const { exitCode, stdout, stderr } = await deploy(fleet, 'push', 'nas-1', '-i', file);
    assert.equal(exitCode, 0, stdout + stderr);
    assert.match(stderr, /^Warning: From here it is not certain .*inner-hub/m);
    assert.match(stdout, /^nas-1 {2}changed +[\d.]+ s {2}beat accepted/m);
  });

  test('a GUID that is another’s is refused, with the one that the hub knows', async () => {
    const guid = '11111111-2222-4333-8444-555555555555';
    const file = await inventory('guid', { homelab_agent_server_guid: guid });
    const known = await hub.api('GET', '/servers/nas-1');
    const { code, hosts } = await pushJson(fleet, 'nas-1', '-i', file);
    assert.deepEqual([code, hosts[0]?.outcome], [1, 'refused']);
    assert.match(hosts[0]?.reason ?? '', /^409 Conflict/);
    assert.ok(hosts[0]?.reason?.endsWith(`set homelab_agent_server_guid: ${known['guid']}`));
    const beats = await inventory('require', {
      homelab_agent_server_guid: guid,
      homelab_agent_require_beat: true,
      homelab_agent_backfill: 30,
    });
    const { hosts: rolledBack } = await pushJson(fleet, 'nas-1', '-i', beats);
    assert.equal(rolledBack[0]?.outcome, 'rolled-back');
    assert.match(
      rolledBack[0]?.reason ?? '',
      /the hub refuses its beats: 409 Conflict: "Server .*".*server_guid/,
    );
  });

  test('verify waits for a new heartbeat, and is not content with an inactive server', async () => {
    const file = await inventory('verify', { homelab_agent_heartbeat_interval: 5 });
    assert.equal((await pushJson(fleet, '--all', '-i', file)).code, 0);
    const waited = await deploy(fleet, 'verify', '--wait', '30', '-i', file);
    assert.equal(waited.exitCode, 0, waited.stdout);
    await hub.api('POST', '/agents/pi-1/remove', {});
    const inactive = await deploy(fleet, 'verify', '-i', file);
    assert.equal(inactive.exitCode, 1);
    assert.match(inactive.stdout, /^pi-1 +NO +inactive/m);
    await fleet
      .host('pi-1')
      .exec(
        'timeout 60 sh -c "until grep -q 403 /run/homelab-agent/status.json; do sleep 0.2; done"',
      );
    const pushed = await pushJson(fleet, 'pi-1', '-i', file);
    assert.equal(pushed.hosts[0]?.outcome, 'refused');
    assert.match(pushed.hosts[0]?.reason ?? '', /403 Forbidden/);
    await hub.api('PUT', '/agents/pi-1/activate');
  });

  test('a hub with a private authority is asked with the deployer’s own ca_file', async () => {
    const { hostname } = new URL(fleet.hubUrl);
    const authority = await Authority.make(fleet.directory, 'home-ca');
    const { certificate, key } = await authority.sign(`IP:${hostname}`);
    const pem = join(fleet.directory, 'hub.pem');
    await writeFile(pem, (await readFile(certificate, 'utf8')) + (await readFile(key, 'utf8')));
    const listen = ['--listen', `${hostname}:8443`, '--tls', pem, '--api-key', fleet.apiKey];
    const [program = '', ...args] = fleet.argv([process.execPath, HUB_MAIN, ...listen]);
    const secure = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await new Promise(resolve => secure.stdout.once('data', resolve));
      await copyFile(authority.file, join(fleet.host('nas-1').root, 'etc/home-ca.pem'));
      const vars = {
        homelab_agent_hub_url: `https://${hostname}:8443`,
        homelab_agent_ca_file: '/etc/home-ca.pem',
      };
      const without = await inventory('tls', vars);
      const warned = await deploy(fleet, 'push', 'nas-1', '-i', without);
      assert.equal(warned.exitCode, 0, warned.stdout);
      assert.match(warned.stderr, /Warning: .*Untrusted.*homelab_deploy_hub_ca_file/);
      assert.match(warned.stdout, /beat accepted/);
      const file = await inventory('tls-ca', {
        ...vars,
        homelab_deploy_hub_ca_file: authority.file,
      });
      const { stderr, code } = await pushJson(fleet, 'nas-1', '-i', file);
      assert.deepEqual([code, /Warning/.test(stderr)], [0, false]);
      assert.equal((await deploy(fleet, 'verify', 'nas-1', '-i', file)).exitCode, 0);
      const plain = await inventory('tls-plain', {
        homelab_agent_hub_url: `http://${hostname}:8443`,
      });
      const stopped = await deploy(fleet, 'push', 'nas-1', '-i', plain);
      assert.equal(stopped.exitCode, 2, stopped.stdout);
      assert.match(stopped.stderr, /the hub answers at https:\S+:8443/);
    } finally {
      secure.kill();
    }
  });
});
