import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { sha256 } from '../../deployer/lib/digest.ts';
import { ensureAnsibleRoot, inRoot } from '../fleet/ansible-root.ts';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import type { HubClient } from '../support/hub-client.ts';
import { need } from '../support/need.ts';
import { buildDist } from './dist.ts';
import { counts, type Played } from './playbook.ts';
import { parseRecap } from './recap.ts';
import { ANSIBLE } from './role.ts';
import { tree } from './tree.ts';

const NAMES = ['nas-1', 'pi-1'];
const UNCHANGED = { 'nas-1': [0, 0], 'pi-1': [0, 0] };
const API_KEY = 'vaulted-key-of-the-hub';

describe(
  'the collection, far from its repository and without Node',
  need('Ansible', 'servers'),
  () => {
    let fleet: Fleet;
    let hub: HubClient;
    let server: { kill(): void } | undefined;
    let newer: (argv: string[]) => string[];
    const at = (...path: string[]): string => join(fleet.directory, ...path);
    const older = (argv: string[]): string[] => argv;

    /** Runs a program of Ansible in the directory of the play. */
    async function ansible(
      inGeneration: (argv: string[]) => string[],
      argv: string[],
    ): Promise<Played> {
      const { exitCode, stdout, stderr } = await fleet.run(
        inGeneration(['env', 'PATH=/usr/bin:/bin', `HOME=${at('play')}`, ...argv]),
        {
          cwd: at('play'),
          env: {
            ANSIBLE_CONFIG: at('play', 'ansible.cfg'),
            ANSIBLE_COLLECTIONS_PATH: at('collections'),
            ANSIBLE_NOCOLOR: '1',
          },
          reject: false,
          timeout: 300_000,
        },
      );
      return { code: exitCode, recap: parseRecap(stdout), output: `${stdout}\n${stderr}` };
    }
    const site = (inGeneration: (argv: string[]) => string[], ...args: string[]): Promise<Played> =>
      ansible(inGeneration, ['ansible-playbook', '-i', at('inventory.yaml'), ...args, 'site.yml']);

    before(async () => {
      fleet = await startFleet({
        hosts: NAMES,
        apiKey: API_KEY,
        each: { 'pi-1': { base: 'trixie' } },
      });
      hub = await fleet.startHub();
      await buildDist(at('dist'));
      const archive = (await readdir(at('dist'))).find(name => name.endsWith('.tar')) ?? '';
      const address = new URL(fleet.hubUrl).hostname;
      server = await serve(fleet, at('dist'), address);
      await mkdir(at('play'));
      await writeFile(at('play', 'password'), 'vault password\n', { mode: 0o600 });
      await writeFile(
        at('play', 'ansible.cfg'),
        '[defaults]\nvault_password_file = password\ninterpreter_python = /usr/bin/python3\n',
      );
      const { stdout: vaulted } = await execa(
        'ansible-vault',
        ['encrypt_string', '--stdin-name', 'homelab_agent_api_key'],
        { cwd: at('play'), input: API_KEY },
      );
      await fleet.inventory(at('inventory.yaml'));
      const text = await readFile(at('inventory.yaml'), 'utf8');
      await writeFile(at('inventory.yaml'), text.replace(/^.*homelab_agent_api_key:.*\n/m, ''));
      const vars = {
        homelab_agent_gate_seconds: 1,
        homelab_agent_dist_url: `http://${address}:8090/${archive}`,
        homelab_agent_dist_checksum: `sha256:${sha256(await readFile(at('dist', archive)))}`,
      };
      const play = stringify([
        {
          hosts: 'all',
          gather_facts: false,
          vars,
          vars_files: ['secrets.yml'],
          roles: ['homelab.agent.homelab_agent'],
        },
      ]);
      await writeFile(at('play', 'secrets.yml'), `${vaulted}\n`);
      await writeFile(at('play', 'site.yml'), play);
      const root = await ensureAnsibleRoot(process.env);
      newer = argv => inRoot(root, argv, { cwd: at('play') });
    });
    after(async () => {
      server?.kill();
      await fleet?.stop();
    });

    it('is built and installed as a tarball', async () => {
      await execa('ansible-galaxy', ['collection', 'build', '--output-path', at('built')], {
        cwd: ANSIBLE,
        stdin: 'ignore',
      });
      const [tarball = ''] = await readdir(at('built'));
      assert.match(tarball, /^homelab-agent-\d+\.\d+\.\d+\.tar\.gz$/);
      await execa(
        'ansible-galaxy',
        ['collection', 'install', '--offline', '-p', at('collections'), at('built', tarball)],
        { stdin: 'ignore' },
      );
      const doc = await ansible(older, [
        'ansible-doc',
        '-t',
        'role',
        'homelab.agent.homelab_agent',
      ]);
      assert.match(doc.output, /homelab_agent_dist_url/);
    });

    for (const generation of ['2.14', '2.19 or newer']) {
      const program = (argv: string[]): string[] =>
        generation === '2.14' ? older(argv) : newer(argv);
      it(`checks, installs, finds nothing more to do, and removes, with ansible-core ${generation}`, async () => {
        const checked = await site(program, '--check', '--diff');
        assert.deepEqual(counts(checked, 'failed', 'unreachable'), UNCHANGED, checked.output);
        const played = await site(program);
        assert.equal(played.code, 0, played.output);
        assert.ok(!played.output.includes(API_KEY));
        await hub.waitForBeats(NAMES);
        assert.deepEqual(counts(await site(program), 'changed', 'failed'), UNCHANGED);
        const absent = '{"homelab_agent_state":"absent","homelab_agent_purge":true}';
        const removed = await site(program, '-e', absent);
        assert.equal(removed.code, 0, removed.output);
        for (const host of fleet.hosts) assert.equal(await tree(host), '');
      });
    }
  },
);

/** Serves a directory by HTTP where the controller reaches it, until it is killed. */
async function serve(fleet: Fleet, directory: string, address: string): Promise<{ kill(): void }> {
  const script = 'python3 -m http.server --bind "$0" -d "$1" 8090';
  const [file = '', ...args] = fleet.argv(['sh', '-c', `exec ${script}`, address, directory]);
  const server = execa(file, args, { stdio: 'ignore', reject: false });
  const connect = `import socket, sys, time
for _ in range(100):
    try: sys.exit(socket.create_connection((sys.argv[1], 8090)).close())
    except OSError: time.sleep(0.1)
sys.exit(1)`;
  await fleet.run(['python3', '-c', connect, address]);
  return { kill: () => server.kill() };
}
