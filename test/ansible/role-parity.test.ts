import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { loadInventory } from '../../deployer/inventory/load-inventory.ts';
import { InventoryError } from '../../deployer/inventory/problem.ts';
import { renderHost } from '../../deployer/plan/config-yaml.ts';
import { need } from '../support/need.ts';
import { testContext } from '../support/test-context.ts';
import { TestDirectory } from '../support/test-directory.ts';
import { Oracle } from './inventory/oracle.ts';

const oracle = new Oracle();
after(() => oracle[Symbol.dispose]());

const role = join(import.meta.dirname, '../../ansible/roles/homelab_agent');

/** A host's variables as YAML in one line each; every way in which a value may be written, most of them valid. */
const oneHost = fc.record(
  {
    hub_url: fc.constantFrom(
      'http://hub:8080',
      'https://h.home.lan/a?b',
      '"http://{{ hub }}:8080"',
      '"http://größe.lan"',
      'http://hub:8080/#x',
    ),
    server_id: fc.constantFrom('"{{ inventory_hostname }}"', 'abc', '"12"', 'a-b'),
    api_key: fc.constantFrom(
      'abc',
      '"a\\"b\\\\c d"',
      "'{{ key }}'",
      '!unsafe "{{ x }}"',
      '"5"',
      '5',
      '~',
      '"<&>\'"',
      'yes',
    ),
    api_token: fc.constantFrom('tok', '~', '"{{ nothing }}"'),
    server_guid: fc.constantFrom(
      '5f0c2f6e-9d3b-4c55-8f1e-0a6d3f7c1b2a',
      '5F0C2F6E-9D3B-4C55-8F1E-0A6D3F7C1B2A',
      '~',
    ),
    heartbeat_interval: fc.constantFrom(
      '30',
      '"30"',
      '"{{ thirty }}"',
      '036',
      '~',
      '"{{ thirty + 5 }}"',
      '" 30 "',
      '1_0',
    ),
    monitored_services: fc.constantFrom(
      '[]',
      '[ssh, cron]',
      '["{{ key }}.service", größe]',
      '"{{ list }}"',
      '~',
      'ssh',
      '"{{ list + [key] }}"',
    ),
    mode: fc.constantFrom(
      'readonly',
      'readwrite',
      "\"{{ 'readwrite' if thirty == 30 else 'readonly' }}\"",
      '~',
      'x',
    ),
    ca_file: fc.constantFrom('/etc/ca.pem', '~', '"/with \\"quote\\" and ü"', ''),
    backfill: fc.constantFrom('0', '60', '"0"'),
    root_mount: fc.constantFrom('/', '/srv/data', '~'),
    log_level: fc.constantFrom('debug', 'info', '"{{ \'error\' }}"'),
  },
  { requiredKeys: [] },
);

function inventoryOf(hosts: readonly Readonly<Record<string, string>>[]): string {
  const entries = hosts.map((vars, index) => {
    const lines = Object.entries({ hub_url: 'http://hub', api_key: 'k', ...vars }).map(
      ([key, value]) => `      homelab_agent_${key}: ${value}\n`,
    );
    return `    h${index}:\n${lines.join('')}`;
  });
  return `all:\n  vars: {hub: hub.home.lan, key: k-e-y, thirty: 30, list: [a, "ß"], nothing: ~}\n  hosts:\n${entries.join('')}`;
}

test(
  "renderHost() gives the bytes of the role's template, whatever the inventory says",
  need('Ansible'),
  async () => {
    const hosts = fc.sample(oneHost, { numRuns: 100, seed: 9 });
    await using directory = await TestDirectory.create({ 'inventory.yaml': inventoryOf(hosts) });
    const file = directory.file('inventory.yaml');
    const reply = await oracle.ask<Record<string, { text: string } | { error: string }>>({
      op: 'render',
      file,
      role,
    });
    assert.ok('answer' in reply, JSON.stringify(reply));
    const inventory = await loadInventory(file, { context: testContext() });
    let same = 0;
    for (const host of inventory.hosts) {
      try {
        const ours = renderHost(host.settings())['config.yaml'];
        assert.deepEqual(
          { text: ours },
          reply.answer[host.name],
          JSON.stringify(hosts[Number(host.name.slice(1))]),
        );
        same += 1;
      } catch (error) {
        if (!(error instanceof InventoryError)) throw error;
      }
    }
    assert.ok(same > 12, `${same} of ${hosts.length}`);
  },
);

test(
  "the role's default of server_id is the deployer's, for every kind of name",
  need('Ansible'),
  async () => {
    const names = [
      'nas-1',
      '-nas--1-',
      'nas.home.lan',
      'NAS_2',
      '192.0.2.7',
      '2001:db8::7',
      'K.İ_küche',
      `${'a'.repeat(99)}.lan`,
    ];
    const hosts = names.map(name => JSON.stringify(name)).join(': , ');
    await using directory = await TestDirectory.create({
      'inventory.yaml': `all: {vars: {homelab_agent_hub_url: "http://hub", homelab_agent_api_key: k}, hosts: {${hosts}: }}\n`,
    });
    const file = directory.file('inventory.yaml');
    const reply = await oracle.ask<Record<string, unknown>>({ op: 'render', file, role });
    assert.ok('answer' in reply, JSON.stringify(reply));
    const inventory = await loadInventory(file, { context: testContext() });
    const ours = inventory
      .settings()
      .map(host => [host.name, { text: renderHost(host)['config.yaml'] }]);
    assert.deepEqual(Object.fromEntries(ours), reply.answer);
  },
);
