import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';
import { quoteWord } from '../../../deployer/lib/quote.ts';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { liveRelease } from '../../support/deploy.ts';
import { need } from '../../support/need.ts';
import { commandsInText, readPages, shellBlocks } from '../../support/pages.ts';
import { onTerminal, seen } from '../../support/terminal.ts';

const pages = await readPages();
const HOSTS = ['nas-1', 'nas-2', 'pi-1'];

/** Lines that are not run here, and what runs them or the like of them. */
const ELSEWHERE: readonly (readonly [line: RegExp, path: string])[] = [
  [/^npm (ci|test|run (demo|test:unit|check))\b/, '.ci/run'],
  [/^(npm run release|git push) /, 'test/unit/deployer/build/release'],
  [/^ansible-galaxy |-i inventory\.yaml (site|rollback)\.yml/, 'test/ansible/collection.test.ts'],
  [/^ansible-vault |^ansible-playbook (-e @|--vault-id )/, 'test/ansible/vault.test.ts'],
  [/^ansible-pull /, 'test/ansible/pull.test.ts'],
  [/^homelab-deploy init --hub /, 'test/servers/deployer/init.test.ts'],
];

describe('what the README and the pages tell to type', need('Ansible', 'servers', 'git'), () => {
  let fleet: Fleet;
  let home: string;
  let env: Record<string, string>;
  const done = new Set<string>();

  before(async () => {
    fleet = await startFleet({ hosts: HOSTS });
    await fleet.startHub();
    home = join(fleet.directory, 'home');
    const programs = join(home, '.local/bin');
    await mkdir(programs, { recursive: true });
    const scp = `#!/bin/sh\nexec /usr/bin/scp -q -F ${fleet.sshConfigFile} "$@"\n`;
    await writeFile(join(programs, 'scp'), scp);
    await chmod(join(programs, 'scp'), 0o755);
    const knownHosts = join(home, 'known_hosts');
    env = {
      HOME: home,
      PATH: `${programs}:${process.env['PATH']}`,
      // The runtimes for the servers are kept there.
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
      ANSIBLE_PRIVATE_KEY_FILE: fleet.keyFile,
      ANSIBLE_SSH_COMMON_ARGS: `-o UserKnownHostsFile=${knownHosts} -o IdentitiesOnly=yes`,
    };
  });
  after(async () => fleet?.stop());

  /** The block of a page that has a line that begins so. */
  function block(page: string, start: string): string[] {
    const blocks = shellBlocks(pages.get(page) ?? '');
    const found = blocks.find(lines => lines.some(line => line.startsWith(start)));
    assert.ok(found, `${page}: no block with ${start}`);
    for (const line of found) done.add(line);
    return found;
  }

  /** Lines in one shell on a terminal where questions are answered, with values in place of those that a page makes up. */
  async function type(
    lines: readonly string[],
    values: Record<string, string> = {},
  ): Promise<string> {
    const typed = lines.map(line =>
      Object.entries(values).reduce((text, [from, to]) => text.replaceAll(from, to), line),
    );
    const script = typed.map(line => `printf '%s\n' ${quoteWord(`$ ${line}`)}\n${line}`);
    const checkout = join(home, 'homelab-agent');
    const { raw, code } = await onTerminal(fleet, ['sh', '-euc', script.join('\n')], {
      columns: 100,
      answers: [
        [/Address of the hub.*: $/s, fleet.hubUrl],
        [/API key, not shown.*: $/s, fleet.apiKey],
        [/Servers \(.*: $/s, HOSTS.join(' ')],
        [/User who logs in.*: $/s, fleet.user],
        [/(Groups, as|Vault password file).*: $/s, ''],
        [/Keep the key.*\[y\/N\] $/s, 'n'],
        [/\[y\/N\] $/, 'y'],
      ],
      cwd: existsSync(checkout) ? checkout : home,
      env,
    });
    assert.equal(code, 0, seen(raw));
    return seen(raw);
  }

  /** Lines in one shell on a server, as the operator who logs in. */
  async function typeOn(host: string, lines: readonly string[]): Promise<string> {
    const script = ['cd', ...lines].join('\n');
    const { stdout } = await fleet
      .host(host)
      .exec(`runuser -u admin -- sh -euc ${quoteWord(script)}`);
    return stdout;
  }

  it('goes from a clone to the status of all servers', async () => {
    const screen = await type(block('README.md', 'git clone'), {
      URL: `--quiet ${quoteWord(resolve('.'))}`,
      'npm ci': `cp -al ${quoteWord(resolve('node_modules'))} .`,
      // Their root is no disk, which is a warning.
      'deploy status': 'deploy status || [ $? = 4 ]',
    });
    assert.match(screen, /3 servers: 3 changed/);
    const again = await type(block('README.md', 'homelab-deploy push --all 2>&1'));
    assert.match(again, /3 servers: 3 unchanged/);
  });

  it('shows the servers in the morning', async () => {
    const lines = block('docs/every-morning.md', 'homelab-deploy status').map(line => {
      if (line.includes('--watch')) return `timeout --foreground -s INT 4 ${line} || [ $? = 124 ]`;
      return line.includes('|') ? line.replace(/ \|.*/, ' || [ $? = 4 ]') : `${line} || [ $? = 4 ]`;
    });
    assert.match(await type(lines), /3 servers: 3 beating/);
  });

  it('shows on a server how the agent is', async () => {
    const shown = await typeOn('nas-1', block('docs/on-a-server.md', 'systemctl status'));
    assert.match(shown, /Active: active \(running\)/);
    assert.match(shown, /^Release 0\.\d+\.\d+-[0-9a-f]{8}, running for /m);
  });

  it('goes back to a release, and to a certain one', async () => {
    await type(['homelab-deploy push nas-1 -e homelab_agent_log_level=debug']);
    const newest = await liveRelease(fleet, 'nas-1');
    const lines = block('docs/releases-and-rollback.md', 'homelab-deploy releases');
    const values = { '0.1.0-ab12cd34': newest };
    assert.match(await type(lines, values), new RegExp(`rolled back|${newest}`, 'i'));
    assert.equal(await liveRelease(fleet, 'nas-1'), newest);
  });

  it('does the same with Ansible', async () => {
    const screen = await type(block('README.md', 'homelab-deploy build'));
    assert.match(screen, /nas-2 +: ok=\d+ +changed=0 /);
  });

  it('asks a server for more', async () => {
    const commands = [...pages.values()].flatMap(commandsInText);
    // A command without arguments is named, not told to type.
    const lines = [...new Set(commands)].filter(line => /^homelab-deploy \S+ \S/.test(line));
    assert.ok(lines.length > 5, lines.join('\n'));
    await type(lines, { NAME: 'nas-2', DIR: 'out' });
  });

  it('gives servers tokens of their own, and takes them away', async () => {
    const screen = await type(block('docs/takeover-and-tokens.md', 'homelab-deploy enroll'));
    assert.match(screen, /revoke/i);
  });

  it('installs on a server by hand, changes it, goes back and removes it', async () => {
    const lines = block('docs/on-a-server.md', 'scp ');
    const at = lines.findIndex(line => line.startsWith('tar '));
    const [rollback, ...after] = lines.slice(at + 3);
    await type(['homelab-deploy uninstall pi-1 --purge', ...lines.slice(0, at)], {
      'server:': 'pi-1:',
    });
    const editor = `#!/bin/sh
sed -i 's|^hub_url:.*|hub_url: "${fleet.hubUrl}"|; s|^api_key:.*|api_key: "${fleet.apiKey}"|; s|^server_id:.*|server_id: "pi-1"|' "$1"
`;
    await fleet
      .host('pi-1')
      .exec('cat >/usr/local/bin/vi; chmod 755 /usr/local/bin/vi', { input: editor });
    const install = lines.slice(at, at + 3);
    await typeOn('pi-1', install);
    const first = await liveRelease(fleet, 'pi-1');
    await typeOn('pi-1', ['echo "log_level: debug" >>config.yaml', ...install.slice(-1)]);
    assert.notEqual(await liveRelease(fleet, 'pi-1'), first);
    await typeOn('pi-1', [rollback ?? '']);
    assert.equal(await liveRelease(fleet, 'pi-1'), first);
    await typeOn('pi-1', after);
    await fleet.host('pi-1').exec('[ ! -e /opt/homelab-agent/current ]');
  });

  it('has no line that no test runs', () => {
    const lines = [...pages].flatMap(([page, text]) =>
      page === 'docs/cli.md' || page === 'docs/evening.md' ? [] : shellBlocks(text).flat(),
    );
    const left = lines.filter(line => !(done.has(line) || ELSEWHERE.some(([of]) => of.test(line))));
    assert.deepEqual([...new Set(left)], []);
    for (const [, path] of ELSEWHERE) assert.ok(existsSync(path), path);
  });
});
