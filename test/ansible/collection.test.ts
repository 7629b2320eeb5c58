import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { buildCollection } from '../../deployer/build/release/build-collection.ts';
import { sha256 } from '../../deployer/lib/digest.ts';
import { quote } from '../../deployer/lib/quote.ts';
import { ensureAnsibleRoot, inRoot } from '../fleet/ansible-root.ts';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import type { HubClient } from '../support/hub-client.ts';
import { need } from '../support/need.ts';
import { buildDist } from './dist.ts';
import { counts, type Played } from './playbook.ts';
import { parseRecap } from './recap.ts';
import { ANSIBLE } from './role.ts';
import { type Served, serve } from './serve.ts';
import { tree } from './tree.ts';

const NAMES = ['nas-1', 'pi-1'];
const TARBALL = 'homelab-agent-collection.tar.gz';
const UNCHANGED = { 'nas-1': [0, 0], 'pi-1': [0, 0] };
const API_KEY = 'vaulted-key-of-the-hub';

/** How people run plays that use a collection, by where it was installed. */
const CONTROLLERS = {
  older: 'a tarball, with an inline vault and ansible-core 2.14',
  newer: 'a job of ansible-runner, as in AWX, with ansible-core 2.19 or newer',
} as const;
type Controller = keyof typeof CONTROLLERS;

describe(
  'the collection, far from its repository and without Node',
  need('Ansible', 'servers', 'git'),
  () => {
    let fleet: Fleet;
    let hub: HubClient;
    let server: Served | undefined;
    let newer: (argv: string[]) => string[];
    const at = (...path: string[]): string => join(fleet.directory, ...path);

    /** Runs a program of Ansible in the directory of the play. */
    async function ansible(name: Controller, argv: string[]): Promise<Played> {
      const bare = ['env', 'PATH=/usr/bin:/bin', `HOME=${at('play')}`, ...argv];
      const { exitCode, stdout, stderr } = await fleet.run(name === 'newer' ? newer(bare) : bare, {
        cwd: at('play'),
        env: {
          ANSIBLE_CONFIG: at('play', 'ansible.cfg'),
          ANSIBLE_COLLECTIONS_PATH: at(name),
          ANSIBLE_NOCOLOR: '1',
        },
        reject: false,
        timeout: 300_000,
      });
      return { code: exitCode, recap: parseRecap(stdout), output: `${stdout}\n${stderr}` };
    }
    const site = (name: Controller, ...args: string[]): Promise<Played> => {
      if (name === 'newer') {
        const job = ['run', at('job'), '--project-dir', at('play'), '-p', 'site.yml'];
        // Always given, as those of the run before would count without it.
        const options = ['--cmdline', quote(['--forks', '5', ...args])];
        return ansible(name, ['ansible-runner', ...job, ...options]);
      }
      const given = ['-i', at('inventory.yaml'), '-e', `@${at('play/secrets.yml')}`, ...args];
      return ansible(name, ['ansible-playbook', ...given, 'site.yml']);
    };

    before(async () => {
      fleet = await startFleet({
        hosts: NAMES,
        apiKey: API_KEY,
        each: { 'pi-1': { base: 'trixie' } },
      });
      hub = await fleet.startHub();
      await buildDist(at('dist'));
      const archive = (await readdir(at('dist'))).find(name => name.endsWith('.tar')) ?? '';
      server = await serve(fleet, fleet.directory);
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
        homelab_agent_dist_url: `${server.url}/dist/${archive}`,
        homelab_agent_dist_checksum: `sha256:${sha256(await readFile(at('dist', archive)))}`,
      };
      const play = stringify([
        {
          hosts: 'all',
          gather_facts: false,
          vars,
          roles: ['homelab.agent.homelab_agent'],
        },
      ]);
      await writeFile(at('play', 'secrets.yml'), `${vaulted}\n`);
      // As AWX hands a job its inventory and its credentials.
      await mkdir(at('job/env'), { recursive: true });
      await cp(at('inventory.yaml'), at('job/inventory/hosts.yml'));
      await writeFile(at('job/env/extravars'), stringify({ homelab_agent_api_key: API_KEY }));
      await writeFile(at('play', 'site.yml'), play);
      const root = await ensureAnsibleRoot(process.env);
      newer = argv => inRoot(root, argv, { cwd: at('play') });
    });
    after(async () => {
      server?.kill();
      await fleet?.stop();
    });

    it('is built and installed as a tarball', async () => {
      await buildCollection(join(ANSIBLE, '..'), at(TARBALL));
      const install = ['collection', 'install', '--offline', '-p', at('older')];
      await execa('ansible-galaxy', [...install, at(TARBALL)], { stdin: 'ignore' });
      const doc = ['ansible-doc', '-t', 'role', 'homelab.agent.homelab_agent'];
      assert.match((await ansible('older', doc)).output, /homelab_agent_dist_url/);
    });

    it('is installed by collections/requirements.yml of a project, as AWX does', async () => {
      const source = { name: `${server?.url}/${TARBALL}`, type: 'url' };
      await mkdir(at('play', 'collections'));
      const file = at('play', 'collections/requirements.yml');
      await writeFile(file, stringify({ collections: [source] }));
      const install = ['collection', 'install', '-r', 'collections/requirements.yml'];
      const argv = ['ansible-galaxy', ...install, '-p', at('newer')];
      const installed = await ansible('newer', argv);
      assert.equal(installed.code, 0, installed.output);
    });

    it('is installed from the git repository as well', async () => {
      await mkdir(at('repository'));
      await cp(ANSIBLE, at('repository', 'ansible'), { recursive: true });
      const commit = 'git init -q && git add . && git -c user.name=x -c user.email=x commit -qm x';
      await execa('sh', ['-c', commit], { cwd: at('repository') });
      const source = `git+file://${at('repository')}#/ansible/`;
      const install = ['collection', 'install', '--offline', '-p', at('git'), source];
      await execa('ansible-galaxy', install, { stdin: 'ignore' });
      const roles = 'ansible_collections/homelab/agent/roles';
      await execa('diff', ['-r', at('git', roles), at('older', roles)]);
    });

    for (const [controller, what] of Object.entries(CONTROLLERS) as [Controller, string][]) {
      it(`checks, installs, finds nothing more to do, and removes, from ${what}`, async () => {
        const checked = await site(controller, '--check', '--diff');
        assert.deepEqual(counts(checked, 'failed', 'unreachable'), UNCHANGED, checked.output);
        const played = await site(controller);
        assert.equal(played.code, 0, played.output);
        assert.ok(!played.output.includes(API_KEY));
        await hub.waitForBeats(NAMES);
        const again = await site(controller);
        assert.deepEqual(counts(again, 'changed', 'failed'), UNCHANGED, again.output);
        const absent = '{"homelab_agent_state":"absent","homelab_agent_purge":true}';
        const removed = await site(controller, '-e', absent);
        assert.equal(removed.code, 0, removed.output);
        for (const host of fleet.hosts) assert.equal(await tree(host), '');
      });
    }

    it('leaves the key in no event and no output of a job', async () => {
      const { stdout } = await execa('grep', ['-rlF', 'homelab_agent', at('job/artifacts')]);
      assert.match(stdout, /job_events/);
      const leaks = await execa('grep', ['-rlF', API_KEY, at('job/artifacts')], { reject: false });
      assert.equal(leaks.stdout, '');
    });
  },
);
