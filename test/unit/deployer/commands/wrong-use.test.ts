import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import { deployArgv } from '../../../support/deploy.ts';

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'homelab-deploy-test-'));
});
after(async () => rm(directory, { recursive: true }));

const GOOD = `all:
  hosts:
    nas-1:
      ansible_host: 198.51.100.1
  vars:
    homelab_agent_hub_url: "http://hub.home.lan:8080"
    homelab_agent_api_key: "a-key"
`;

/** Runs the real program in a directory with this inventory; answers with exit code and standard error. */
async function run(args: string[], inventory?: string): Promise<{ code: unknown; said: string }> {
  const file = join(directory, 'inventory.yaml');
  await rm(file, { force: true });
  if (inventory !== undefined) await writeFile(file, inventory);
  const [node = '', ...rest] = deployArgv(args);
  const { exitCode, stderr, stdout } = await execa(node, rest, { cwd: directory, reject: false });
  assert.equal(stdout, '');
  return { code: exitCode, said: stderr };
}

const cases: { name: string; args: string[]; inventory?: string; said: RegExp }[] = [
  {
    name: 'an unknown command',
    args: ['psh'],
    said: /^homelab-deploy: Unknown command psh: did you mean push\? See ".+"$/,
  },
  {
    name: 'a misspelled command that removes something, which is not suggested',
    args: ['uninstal', 'nas-1'],
    said: /^homelab-deploy: Unknown command uninstal; see "homelab-deploy --help"$/,
  },
  {
    name: 'help of an unknown command',
    args: ['help', 'psh'],
    said: /^homelab-deploy: Unknown command psh: did you mean push\? See "homelab-deploy --help"$/,
  },
  {
    name: 'upgrade, which is a word for push as well, without servers',
    args: ['upgrade'],
    inventory: GOOD,
    said: /^homelab-deploy: Expected hosts, groups or --all, .+; see "homelab-deploy push --help"$/,
  },
  {
    name: 'install, which is a word for push, without servers',
    args: ['install'],
    inventory: GOOD,
    said: /^homelab-deploy: Expected hosts, groups or --all, found none: nothing was touched; see "homelab-deploy push --help"$/,
  },
  {
    name: 'a misspelled host, with the one that is near',
    args: ['push', 'nas1'],
    inventory: GOOD,
    said: /^homelab-deploy: Expected a host or a group, found none that "nas1" names; did you mean nas-1\?$/,
  },
  {
    name: 'an unknown option, with the help of its command',
    args: ['push', '--chek'],
    said: /^homelab-deploy: Unknown option --chek: did you mean --check\? See "homelab-deploy push --help"$/,
  },
  {
    name: 'a number of forks that is none',
    args: ['push', '--all', '--forks', 'many'],
    said: /^homelab-deploy: --forks: Expected a whole number from 1 up, found "many"; .+$/,
  },
  {
    name: 'no inventory',
    args: ['push', '--all'],
    said: /^homelab-deploy: Expected an inventory: none is named by -i, .+ let "homelab-deploy init" write one$/,
  },
  {
    name: 'bad YAML, with line and column',
    args: ['push', '--all'],
    inventory: 'all:\n  hosts:\n    nas-1: {\n',
    said: /^homelab-deploy: inventory\.yaml:\d+:\d+: .+/,
  },
  {
    name: 'an unknown host',
    args: ['push', 'nas-9'],
    inventory: GOOD,
    said: /^homelab-deploy: .*nas-9.*$/,
  },
  {
    name: 'an unknown key, with its place',
    args: ['push', '--all'],
    inventory: `${GOOD}    homelab_agent_hub_ulr: "http://hub.home.lan:8080"\n`,
    said: /^homelab-deploy: inventory\.yaml:8:\d+: homelab_agent_hub_ulr: .*homelab_agent_hub_url.*$/,
  },
  {
    name: 'a missing required variable',
    args: ['push', '--all'],
    inventory: GOOD.replace(/.*hub_url.*\n/, ''),
    said: /^homelab-deploy: .*homelab_agent_hub_url.*$/,
  },
  {
    name: 'a hub URL without a scheme, with its place',
    args: ['push', '--all'],
    inventory: GOOD.replace('http://', ''),
    said: /^homelab-deploy: inventory\.yaml:6:\d+: homelab_agent_hub_url: .*http:\/\/.*$/,
  },
  {
    name: 'a server_id that the hub would refuse, with its place',
    args: ['push', '--all'],
    inventory: GOOD.replace('198.51.100.1', '198.51.100.1\n      homelab_agent_server_id: NAS_1'),
    said: /^homelab-deploy: inventory\.yaml:5:\d+: homelab_agent_server_id: .+$/,
  },
];

for (const { name, args, inventory, said } of cases) {
  test(`${name} ends in one line and exit code 2`, async () => {
    const result = await run(args, inventory);
    assert.match(result.said, said);
    assert.doesNotMatch(result.said.trimEnd(), name.startsWith('bad YAML') ? /$^/ : /\n/);
    assert.equal(result.code, 2);
  });
}

test('help of every command is on standard output and names its options with examples', async () => {
  const [node = '', ...rest] = deployArgv(['push', '--help']);
  const { stdout, exitCode } = await execa(node, rest);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^ {2}-i, --inventory <source> /m);
  assert.match(stdout, /^ {2}\$ homelab-deploy push --all --check --diff$/m);
  assert.match(stdout, /^Its other names are install, update, upgrade and deploy\.$/m);
});
