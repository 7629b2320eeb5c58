import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { need } from '../support/need.ts';
import { wrongInventory, wrongValues } from '../support/wrong-values.ts';
import { checkHere, LOCAL } from './without-servers.ts';

describe("the role's check of its variables", need('Ansible'), () => {
  let directory: string;
  const at = (name: string): string => join(directory, name);
  const variables = () => ({ homelab_agent_dist_dir: directory });

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'homelab-variables-'));
    const manifest = { version: '0.1.0', artifact: { sums: '' }, runtimes: {} };
    await writeFile(at('manifest.json'), JSON.stringify(manifest));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('refuses every value that homelab-deploy refuses, and no right one', async () => {
    await writeFile(at('inventory.yaml'), wrongInventory());
    const { output } = await checkHere(at('inventory.yaml'), variables());
    const refusals = new Map(
      [...output.matchAll(/fatal: \[([\w-]+)\]: FAILED! => ?\n((?: .*\n)*)/g)].map(
        ([, host, text = '']) => [host, text.replaceAll(/\s+/g, ' ')],
      ),
    );
    const taken = wrongValues.filter(({ host, variable }) => {
      const text = refusals.get(host) ?? '';
      return !text.includes(variable) || text.includes('unhandled exception');
    });
    assert.deepEqual(taken, []);
    assert.doesNotMatch(refusals.get('right') ?? '', /argument_errors|homelab_agent_\w+: Expected/);
  });

  it('accepts a key that ansible-vault encrypted inline, and shows it nowhere', async () => {
    await writeFile(at('password'), 'open sesame');
    const vault = ['--vault-password-file', at('password')];
    const { stdout } = await execa(
      'ansible-vault',
      ['encrypt_string', ...vault, '--stdin-name', 'homelab_agent_api_key'],
      { input: 'the-secret-key' },
    );
    const { homelab_agent_hub_url, ansible_connection, ansible_become } = LOCAL;
    const others = Object.entries({ homelab_agent_hub_url, ansible_connection, ansible_become });
    const lines = [...others.map(([name, value]) => `${name}: ${value}`), ...stdout.split('\n')];
    const inventory = `all:\n  hosts: {here: {}}\n  vars:\n    ${lines.join('\n    ')}\n`;
    await writeFile(at('inventory.yaml'), inventory);
    const { output } = await checkHere(at('inventory.yaml'), variables(), [
      ...vault,
      '-vvv',
      '--diff',
    ]);
    assert.match(output, /TASK \[homelab_agent : Check the server\]/);
    assert.doesNotMatch(output, /argument_errors|homelab_agent_\w+: Expected|the-secret-key/);
  });
});
