import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { ensureAnsibleRoot, inRoot } from '../fleet/ansible-root.ts';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import { pushJson } from '../support/deploy.ts';
import { need } from '../support/need.ts';
import { buildDist } from './dist.ts';
import { counts, type Played, play } from './playbook.ts';
import { ANSIBLE } from './role.ts';

const KEY = 'homelab_agent_api_key';
const TOKEN = 'homelab_agent_api_token';

/** A server for each form in which a person keeps a secret. */
const NAMES = ['value-1', 'file-1', 'group-1', 'extra-1', 'ids-1'];
const CHANGED = Object.fromEntries(NAMES.map(name => [name, [1, 0]]));

describe('secrets in every form of a vault', need('Ansible', 'servers'), () => {
  let fleet: Fleet;
  let dist: string;
  let args: string[];
  let newer: string[];
  let shown = '';
  const at = (...path: string[]): string => join(fleet.directory, ...path);

  async function seal(encrypt: readonly string[], input: string, id: string): Promise<string> {
    const argv = [...encrypt, ...ids(), '--encrypt-vault-id', id];
    return `${(await execa('ansible-vault', argv, { input })).stdout}\n`;
  }
  /** Both ids are given for all, so that the right one has to be found. */
  const ids = (): string[] =>
    ['home', 'away'].flatMap(id => ['--vault-id', `${id}@${at(`${id}.password`)}`]);
  const value = (name: string, text: string, id = 'home'): Promise<string> =>
    seal(['encrypt_string', '--stdin-name', name], text, id);
  const file = (text: string, id = 'home'): Promise<string> =>
    seal(['encrypt', '--output', '-'], text, id);

  before(async () => {
    fleet = await startFleet({ hosts: NAMES });
    dist = at('dist');
    await buildDist(dist);
    for (const id of ['home', 'away']) await writeFile(at(`${id}.password`), `password ${id}\n`);
    const files = {
      'host_vars/value-1.yml': await value(KEY, 'secret-of-value-1'),
      'host_vars/file-1.yml': await file(`${KEY}: secret-of-file-1\n`),
      'group_vars/all/vault.yml': await file('vault_key: secret-of-group-1\n'),
      'group_vars/group/vars.yml': `${KEY}: "{{ vault_key }}"\n`,
      'host_vars/extra-1.yml': `${KEY}: "{{ extra_key }}"\n${TOKEN}: "{{ extra_token }}"\n`,
      'extra-file.yml': await file('extra_key: secret-of-extra-1\n'),
      'extra-value.yml': await value('extra_token', 'secret-token-of-extra-1'),
      'group_vars/ids.yml': await value(KEY, 'secret-of-ids-1', 'home'),
      'host_vars/ids-1.yml': await file(`${TOKEN}: secret-token-of-ids-1\n`, 'away'),
    };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(at(name)), { recursive: true });
      await writeFile(at(name), text, { mode: 0o600 });
    }
    const inventory = at('inventory.yaml');
    await fleet.inventory(inventory, {
      vars: { homelab_agent_dist_dir: dist, homelab_agent_gate_seconds: 0 },
    });
    const text = await readFile(inventory, 'utf8');
    await writeFile(inventory, text.replace(/^.*homelab_agent_api_key:.*\n/m, ''));
    const extra = ['extra-file.yml', 'extra-value.yml'].flatMap(name => ['-e', `@${at(name)}`]);
    args = ['-i', inventory, ...ids(), ...extra];
    newer = inRoot(await ensureAnsibleRoot(process.env), ['ansible-playbook'], { cwd: ANSIBLE });
  });
  after(async () => fleet?.stop());

  const site = async (program: readonly string[], ...more: string[]): Promise<Played> => {
    const all = [...args, ...more, '--diff', '-vvv'];
    const played = await play(fleet, 'site.yml', all, { program });
    shown += played.output;
    return played;
  };

  for (const [generation, level, program] of [
    ['2.14', 'info', () => ['ansible-playbook']],
    ['2.19 or newer', 'debug', () => newer],
  ] as const) {
    it(`are installed by site.yml with ansible-core ${generation}, and read by homelab-deploy`, async () => {
      const more = ['-e', `homelab_agent_log_level=${level}`];
      const played = await site(program(), ...more);
      assert.deepEqual(counts(played, 'changed', 'failed'), CHANGED, played.output);
      for (const name of NAMES) {
        const { stdout } = await fleet.host(name).exec('cat /etc/homelab-agent/config.yaml');
        assert.match(stdout, new RegExp(`^api_key: "secret-of-${name}"$`, 'm'));
        assert.equal(stdout.includes(`secret-token-of-${name}`), /^(extra|ids)/.test(name));
        assert.match(stdout, new RegExp(`^log_level: "${level}"$`, 'm'));
      }
      const { hosts } = await pushJson(
        fleet,
        ...['--all', '--check', '--no-hub', '--dist', dist, ...args, ...more],
      );
      assert.deepEqual(
        hosts.map(({ outcome }) => outcome),
        NAMES.map(() => 'unchanged'),
      );
    });
  }

  it('are shown by no output, however verbose', () => {
    assert.doesNotMatch(shown, /secret-(token-)?of-/);
  });
});
