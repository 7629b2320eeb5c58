import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { places } from '../../agent/contract/places.ts';
import { loadInventory } from '../../deployer/inventory/load-inventory.ts';
import { compareSettings } from '../../deployer/plan/compare-settings.ts';
import { parseFacts } from '../../deployer/plan/parse-facts.ts';
import { refuseLoss } from '../../deployer/plan/refuse-loss.ts';
import { ensureAnsibleRoot, inRoot } from '../fleet/ansible-root.ts';
import { need } from '../support/need.ts';
import { testContext } from '../support/test-context.ts';
import {
  bareAnswer,
  HUBS_GUID as GUID,
  hubsAgent,
  liveAnswer,
} from '../unit/deployer/run/fake-server.ts';
import { ROLE } from './role.ts';

const OTHER = '5f0c2f6e-9d3b-4c55-8f1e-0a6d3f7c1b2a';
const HUBS = hubsAgent('host');

interface Case {
  /** What the probe says beside the rest. */
  readonly lines: readonly string[];
  readonly vars?: Readonly<Record<string, unknown>>;
  /** Our own agent runs there; else the hub's. */
  readonly ours?: boolean;
  readonly status?: string;
  readonly refused: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  everything: { lines: HUBS, refused: true },
  replaced: { lines: HUBS, vars: { takeover: 'replace' }, refused: false },
  renamed: { lines: ['set:server_id=198-18-1-11', `set:server_guid=${GUID}`], refused: true },
  'renamed-replaced': {
    lines: ['set:server_id=198-18-1-11', ...HUBS.slice(1)],
    vars: { takeover: 'replace' },
    refused: true,
  },
  said: {
    lines: HUBS,
    vars: { mode: 'readonly', monitored_services: ['ssh'], api_token: 'x', server_guid: OTHER },
    refused: false,
  },
  'said-empty': { lines: HUBS, vars: { monitored_services: [], mode: 'readonly' }, refused: true },
  'token-alone': {
    lines: HUBS,
    vars: { mode: 'readwrite', monitored_services: ['x'] },
    refused: true,
  },
  adopted: {
    lines: HUBS,
    vars: { mode: 'readwrite', monitored_services: ['dbus', 'ssh'], api_token: 'x' },
    refused: false,
  },
  'guid-of-ours': {
    lines: ['set:server_id=host', `set:server_guid=${GUID}`],
    ours: true,
    refused: true,
  },
  'guid-kept': {
    lines: [
      'set:server_id=host',
      `set:server_guid=${GUID}`,
      `kept:server_id=host`,
      `kept:server_guid=${GUID}`,
    ],
    ours: true,
    refused: false,
  },
  'guid-never-accepted': {
    lines: ['set:server_id=host', `set:server_guid=${GUID}`],
    ours: true,
    status: 'null',
    refused: false,
  },
  odd: { lines: ['odd:file=', 'odd:mode='], refused: true },
  'odd-replaced': { lines: ['odd:server_id='], vars: { takeover: 'replace' }, refused: false },
  'broken-by-hand': { lines: ['odd:file=', 'set:server_id=host'], ours: true, refused: false },
  many: {
    lines: [
      'set:server_id=host',
      'list:monitored_services=',
      'item:monitored_services={{ lookup("pipe", "touch EVIL") }}',
      ...Array.from({ length: 25 }, (_, at) => `item:monitored_services=s${at}`),
    ],
    refused: true,
  },
};

/** In place of the role's own tasks: what it would refuse, without a server. */
const TASKS = `
- ansible.builtin.copy:
    content: "{{ __homelab_agent_losses }}"
    dest: "{{ playbook_dir }}/{{ inventory_hostname }}.{{ generation }}"
    mode: "0600"
  vars:
    __homelab_agent_losses: "{{ lookup('ansible.builtin.template', 'losses.j2') | default('', true) | trim }}"
`;

describe('what the role refuses to drop', need('Ansible'), () => {
  let directory: string;
  const at = (name: string): string => join(directory, name);
  /** The ansible-core of Debian 13, if this machine can run it. */
  const newer = need('servers').skip === false;
  const generations = newer ? ['older', 'newer'] : ['older'];

  function answer({ lines, ours, status }: Case): string {
    const python = 'python=/opt/homelab-agent/homelab-agent.py';
    const before = ours ? liveAnswer('0.1.0-aaaaaaaa', 'c') : bareAnswer();
    const unit = `service:ExecStart={ path=${places.current}/homelab-agent ; argv[]=x ; pid=7 }`;
    const said = [ours ? unit : python, ...lines].map(line => line.replace('EVIL', at('evil')));
    const text =
      status === undefined
        ? before
        : before.replace(/"last_success":"[^"]*"/, `"last_success":${status}`);
    return text.replace(/\nend=ok$/, `\n${said.join('\n')}\nend=ok`);
  }

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'homelab-losses-'));
    await mkdir(at('roles/homelab_agent/tasks'), { recursive: true });
    for (const part of ['defaults', 'vars', 'templates']) {
      await cp(join(ROLE, part), at(`roles/homelab_agent/${part}`), { recursive: true });
    }
    await writeFile(at('roles/homelab_agent/tasks/main.yml'), TASKS);
    const play = { hosts: 'all', gather_facts: false, roles: ['homelab_agent'] };
    await writeFile(at('playbook.yml'), JSON.stringify([play]));
    const hosts = Object.entries(CASES).map(([name, { vars = {} }]) => {
      const own = Object.entries(vars).map(([key, value]) => [`homelab_agent_${key}`, value]);
      return [name, { homelab_agent_server_id: 'host', ...Object.fromEntries(own) }];
    });
    const vars = { homelab_agent_hub_url: 'http://hub:8080', homelab_agent_api_key: 'key' };
    await writeFile(
      at('inventory.json'),
      JSON.stringify({ all: { vars, hosts: Object.fromEntries(hosts) } }),
    );
    // What a server says comes from a module, and is no template.
    const probes = Object.entries(CASES).map(([name, each]) => {
      const lines = answer(each)
        .split('\n')
        .map(line => ({ __ansible_unsafe: line }));
      return [name, { __homelab_agent_probe: { stdout_lines: lines } }];
    });
    await mkdir(at('host_vars'));
    for (const [name, found] of probes) {
      await writeFile(at(`host_vars/${name}.json`), JSON.stringify(found));
    }
    for (const generation of generations) {
      const python = 'ansible_python_interpreter=/usr/bin/python3';
      const more = ['-e', python, '-e', `generation=${generation}`, at('playbook.yml')];
      const argv = ['ansible-playbook', '-i', at('inventory.json'), '-c', 'local', ...more];
      const [program = '', ...args] =
        generation === 'older'
          ? argv
          : inRoot(await ensureAnsibleRoot(process.env), argv, { cwd: directory });
      await execa(program, args, { stdin: 'ignore' });
    }
  });
  after(() => rm(directory, { recursive: true, force: true }));

  for (const [name, each] of Object.entries(CASES)) {
    it(`is what homelab-deploy refuses, in the same words: ${name}`, async () => {
      const context = testContext({ cwd: directory, home: directory });
      const inventory = await loadInventory('inventory.json', { context });
      const agent = inventory.hosts.find(host => host.name === name)?.settings();
      assert.ok(agent !== undefined);
      const facts = parseFacts(answer(each));
      const ours = refuseLoss(facts, agent, compareSettings(facts, agent)) ?? '';
      assert.equal(ours !== '', each.refused, ours);
      for (const generation of generations) {
        assert.equal(await readFile(at(`${name}.${generation}`), 'utf8'), ours, generation);
      }
    });
  }

  it('runs nothing that a server says', () => {
    assert.equal(existsSync(at('evil')), false);
  });
});
