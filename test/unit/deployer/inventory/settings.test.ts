import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allSettingsOf, messageOf, settingsOf, VALID } from './settings-rig.ts';

test('settings() fills in the defaults of the role', async () => {
  const { config, connection, ...rest } = await settingsOf(`${VALID}  hosts: {nas-1: }\n`);
  assert.deepEqual(
    { ...config, api_key: config.api_key?.reveal() },
    {
      hub_url: 'http://hub.home.lan:8080',
      server_id: 'nas-1',
      api_key: 'abc123',
      api_token: undefined,
      heartbeat_interval: 60,
      monitored_services: [],
      mode: 'readonly',
      backfill: 60,
      log_level: 'info',
    },
  );
  assert.deepEqual(connection, {
    type: 'ssh',
    host: undefined,
    port: undefined,
    user: undefined,
    password: undefined,
    privateKeyFile: undefined,
    sshArgsBefore: [],
    sshArgs: [],
    connectTimeoutMs: 10_000,
    connectRetries: 0,
    become: { user: 'root', exe: undefined, password: undefined, asks: false },
  });
  assert.equal(rest.runtime, 'bundled');
  assert.equal(rest.state, 'present');
  assert.equal(rest.gateSeconds, 5);
  assert.equal(rest.requireBeat, false);
  assert.equal(rest.keepReleases, 5);
  assert.equal(rest.optional, false);
});

test('settings() says everything that is wrong at once, each with its place', async () => {
  const message = await messageOf(`all:
  vars:
    homelab_agent_hub_url: hub.home.lan:8080
    homelab_agent_api_key: abc123
    homelab_agent_heartbeat_interval: 3
  children:
    nas:
      hosts:
        nas-[1:4]:
          homelab_agent_monitored_services: ssh.service
          homelab_agent_heart_beat_interval: 60
          homelab_agent_mode: admin
          homelab_agent_gate_seconds: soon
          ansible_port: 70000
`);
  const hosts = '(nas-1, nas-2 and 2 more)';
  assert.deepEqual(message.split('\n'), [
    `inventory.yaml:3:28: homelab_agent_hub_url: Expected a URL that starts with http:// or https://, such as "http://hub.home.lan:8080", found "hub.home.lan:8080" ${hosts}`,
    `inventory.yaml:5:39: homelab_agent_heartbeat_interval: Expected a whole number of seconds from 5 to 150, found 3 ${hosts}`,
    `inventory.yaml:10:45: homelab_agent_monitored_services: Expected a list of texts, found "ssh.service" ${hosts}`,
    `inventory.yaml:11:46: homelab_agent_heart_beat_interval: Unknown variable: did you mean homelab_agent_heartbeat_interval? ${hosts}`,
    `inventory.yaml:12:31: homelab_agent_mode: Expected readonly or readwrite, found "admin" ${hosts}`,
    `inventory.yaml:13:39: homelab_agent_gate_seconds: Expected a whole number, found "soon" ${hosts}`,
    `inventory.yaml:14:25: ansible_port: Expected a number from 1 to 65535, found 70000 ${hosts}`,
  ]);
});

test('settings() names the host and the place for what is missing', async () => {
  const where =
    'found nothing: set it under "all: vars:" in inventory.yaml, or for the host (nas-1, nas-2)';
  assert.deepEqual((await messageOf('all: {hosts: {nas-1: , nas-2: }}\n')).split('\n'), [
    `homelab_agent_hub_url: Expected a URL that starts with http:// or https://, such as "http://hub.home.lan:8080", ${where}`,
    `homelab_agent_api_key: Expected the hub's shared key here, or a token in homelab_agent_api_token, ${where.replace('found nothing', 'found neither')}`,
  ]);
});

test('settings() refuses the placeholder of the example and says how to vault the key', async () => {
  assert.match(
    await messageOf(
      `${VALID.replace('abc123', 'put-the-api-key-of-your-hub-here')}  hosts: {nas-1: }\n`,
    ),
    /^inventory\.yaml:4:28: homelab_agent_api_key: .* found the placeholder .*ansible-vault encrypt_string/,
  );
});

test('settings() never quotes a secret that is wrong', async () => {
  const message = await messageOf(
    `${VALID.replace('abc123', '"geheim\\nnis"')}    ansible_password: [geheim]\n  hosts: {nas-1: }\n`,
  );
  assert.match(
    message,
    /homelab_agent_api_key: Expected printable ASCII characters without a space at either end, found 10 characters/,
  );
  assert.match(message, /ansible_password: Expected a text, found another value \(not shown/);
  assert.doesNotMatch(message, /geheim/);
});

test('settings() points at the item of a list that is wrong', async () => {
  assert.match(
    await messageOf(
      `${VALID}  hosts:\n    a:\n      homelab_agent_monitored_services:\n        - ssh\n        - -x\n`,
    ),
    /^inventory\.yaml:9:11: homelab_agent_monitored_services: Expected a unit name .* found "-x"/,
  );
});

test("server_id is the host's name, and only a name that the hub would reject is converted", async () => {
  const names = {
    'nas-1': 'nas-1',
    '-nas--1-': '-nas--1-',
    'nas.home.lan': 'nas-home-lan',
    NAS_2: 'nas-2',
    '192.0.2.7': '192-0-2-7',
    '2001:db8::7': '2001-db8-7',
    '_küche_.': 'k-che',
    [`${'a'.repeat(99)}.lan`]: `${'a'.repeat(99)}-`,
  };
  const hosts = Object.keys(names).map(name => JSON.stringify(name));
  const settings = await allSettingsOf(`${VALID}  hosts: {${hosts.join(': , ')}: }\n`);
  assert.deepEqual(
    Object.fromEntries(settings.map(({ name, config }) => [name, config.server_id])),
    names,
  );
});

test('settings() asks for a server_id if nothing of the name can be one', async () => {
  assert.equal(
    await messageOf(`${VALID}  hosts: {Ж: }\n`),
    'homelab_agent_server_id: Expected a name with letters a to z or digits, which the hub accepts, found Ж: set homelab_agent_server_id for this host (Ж)',
  );
});

test('settings() says what server_id would be without a line that sets a wrong one', async () => {
  assert.match(
    await messageOf(
      `${VALID}    homelab_agent_server_id: "{{ inventory_hostname }}"\n  hosts: {nas.lan: }\n`,
    ),
    /^inventory\.yaml:5:30: .*found "nas\.lan": without this line it follows from the host's name/,
  );
});

test('settings() refuses hosts that would be one to the hub, once for all, with a line that helps', async () => {
  assert.equal(
    await messageOf(
      `${VALID}  hosts: {nas.lan: , pi: , nas_lan: , nas-lan: , PI: , nas-lan-2: }\n`,
    ),
    'homelab_agent_server_id: Expected a different one for each host, found nas-lan for nas.lan, nas_lan, nas-lan; pi for pi, PI, which the hub would take for one server: "homelab_agent_server_id: nas-lan-3" for nas_lan sets another',
  );
  const guid = '5f0c2f6e-9d3b-4c55-8f1e-0a6d3f7c1b2a';
  assert.equal(
    await messageOf(`${VALID}    homelab_agent_server_guid: ${guid}\n  hosts: {a: , b: }\n`),
    `homelab_agent_server_guid: Expected a different one for each host, found ${guid} for a, b, which the hub would take for one server: set another, or leave it out`,
  );
});

test('settings() refuses an empty value if a default would differ from the role', async () => {
  assert.match(
    await messageOf(`${VALID}  hosts: {a: {homelab_agent_mode: null}}\n`),
    /^inventory\.yaml:5:\d+: homelab_agent_mode: Expected a value, found nothing: leave the line out for the default/,
  );
  for (const key of [
    'runtime',
    'gate_seconds',
    'require_beat',
    'keep_releases',
    'optional',
    'state',
  ]) {
    assert.match(
      await messageOf(`${VALID}  hosts: {a: {homelab_agent_${key}: ~}}\n`),
      new RegExp(`homelab_agent_${key}: Expected a value, found nothing`),
    );
  }
  const { config } = await settingsOf(`${VALID}  hosts: {a: {homelab_agent_ca_file: null}}\n`);
  assert.equal(config.ca_file, undefined);
});

test('only reveal() shows a Secret', async () => {
  const settings = await settingsOf(`${VALID}  hosts: {a: {ansible_become_password: hush}}\n`);
  const { inspect } = await import('node:util');
  const shown = `${inspect(settings, { depth: 9 })} ${JSON.stringify(settings)} ${settings.config.api_key}`;
  assert.doesNotMatch(shown, /abc123|hush/);
  assert.equal(settings.config.api_key?.reveal(), 'abc123');
  assert.equal(settings.connection.become.password?.reveal(), 'hush');
});

test('a host for which only the deployer has a key is told to enroll', async () => {
  const text = `all:
  vars: {homelab_agent_hub_url: "http://hub.home.lan:8080", homelab_deploy_hub_api_key: abc123}
  hosts: {nas-1: }
`;
  assert.match(await messageOf(text), /found none: "homelab-deploy enroll" gets one from the hub/);
});
