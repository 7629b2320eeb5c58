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
    const refused = refusals(output);
    const taken = wrongValues.filter(({ host, variable }) => {
      const text = refused.get(host) ?? '';
      return !text.includes(variable) || text.includes('unhandled exception');
    });
    assert.deepEqual(taken, []);
    assert.doesNotMatch(refused.get('right') ?? '', /argument_errors|homelab_agent_\w+: Expected/);
  });

  it('refuses wrong values of the variables that it alone reads, and shows no password', async () => {
    const wrong = {
      secure_logging: ['y', 't'],
      mask_diff: ['y'],
      purge: ['y'],
      dist_dir: ['dist', '../dist'],
      dist_url: ['http://u:pass-word@hub/a.tar', 'http://hub/a.zip', ''],
      dist_checksum: [`md5:${'0'.repeat(32)}`],
      hub_url: ['', 'http://u:pass-word@hub'],
      hub_ulr: ['{{ nope }}'],
    };
    const right = {
      dist_checksum: `sha256:${'AB'.repeat(32)}`,
      secure_logging: 'Yes',
    };
    const cases = Object.entries(wrong).flatMap(([key, values]) =>
      values.map((value): [string, string] => [`homelab_agent_${key}`, value]),
    );
    const named = Object.entries(right).map(([key, value]) => [`homelab_agent_${key}`, value]);
    const hosts = {
      ...Object.fromEntries(cases.map(([name, value], at) => [`wrong-${at}`, { [name]: value }])),
      right: Object.fromEntries(named),
    };
    const vars = { ...LOCAL, ...variables() };
    await writeFile(at('role.json'), JSON.stringify({ all: { vars, hosts } }));
    const { output } = await checkHere(at('role.json'), {}, ['--tags', 'homelab_agent_preflight']);
    const refused = refusals(output);
    for (const [index, [name]] of cases.entries()) {
      assert.match(refused.get(`wrong-${index}`) ?? '', new RegExp(`${name}: (Expected|Unknown)`));
    }
    assert.doesNotMatch(refused.get('right') ?? '', /homelab_agent_\w+: Expected/);
    assert.doesNotMatch(output, /pass-word|placeholder|is undefined/);
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

/** What was said of each server that was refused, in one line. */
function refusals(output: string): Map<string | undefined, string> {
  const failed = output.matchAll(/fatal: \[([\w-]+)\]: FAILED! => ?\n((?: .*\n)*)/g);
  return new Map([...failed].map(([, host, text = '']) => [host, text.replaceAll(/\s+/g, ' ')]));
}
