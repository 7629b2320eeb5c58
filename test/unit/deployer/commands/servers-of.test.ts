import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { serversOf } from '../../../../deployer/commands/access.ts';
import type { RemoteOptions } from '../../../../deployer/commands/remote-options.ts';
import { loadInventory } from '../../../../deployer/inventory/load-inventory.ts';
import type { Target } from '../../../../deployer/ssh/transport.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

const OPTIONS: RemoteOptions = { forks: 10, transport: 'node-ssh' };
const INVENTORY = `all:
  vars: {homelab_agent_hub_url: "http://hub.home.lan:8080", homelab_agent_api_key: a-key}
  hosts:
    own: {ansible_become_password: from-the-inventory}
    none: {}
    empty: {ansible_become_password: ""}
    desk: {ansible_connection: local}
`;

/** The targets of the inventory for an operator who types this at a question. */
async function targets(options: RemoteOptions, typed = '', config = ''): Promise<Target[]> {
  const files = { 'inventory.yaml': INVENTORY, 'ansible.cfg': config };
  await using directory = await TestDirectory.create(files);
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true });
  const stdin = terminal();
  stdin.write(typed);
  const context = testContext({ cwd: directory.path, stdin, stderr: terminal() });
  const inventory = await loadInventory('inventory.yaml', { context });
  const servers = await serversOf(context, inventory.settings(), options);
  return servers.map(({ target }) => target);
}

function passwords(all: readonly Target[]): Record<string, string | undefined> {
  assert.doesNotMatch(inspect(all), /from-the-inventory|typed/);
  return Object.fromEntries(all.map(({ name, become }) => [name, become.password?.reveal()]));
}

test('the sudo password that -K asks for is for servers to which the inventory gives none, as in Ansible', async () => {
  const all = await targets({ ...OPTIONS, askBecomePass: true }, 'typed\n');
  assert.deepEqual(passwords(all), {
    own: 'from-the-inventory',
    none: 'typed',
    empty: undefined,
    desk: 'typed',
  });
});

test('without -K there is no question, and an empty sudo password is none', async () => {
  assert.deepEqual(passwords(await targets(OPTIONS)), {
    own: 'from-the-inventory',
    none: undefined,
    empty: undefined,
    desk: undefined,
  });
});

test('ansible_connection: local makes one server of the inventory this machine', async () => {
  const all = await targets(OPTIONS);
  assert.deepEqual(
    all.map(({ name, connection }) => [name, connection]),
    [
      ['own', 'ssh'],
      ['none', 'ssh'],
      ['empty', 'ssh'],
      ['desk', 'local'],
    ],
  );
});

test('become_ask_pass of ansible.cfg asks as -K does, and only if the password is missing somewhere', async () => {
  const config = '[privilege_escalation]\nbecome_ask_pass = True\n';
  const all = await targets(OPTIONS, 'typed\n', config);
  assert.equal(passwords(all)['none'], 'typed');
  const none = `${config}[sudo_become_plugin]\npassword = configured\n`;
  assert.equal(passwords(await targets(OPTIONS, '', none))['none'], 'configured');
});
