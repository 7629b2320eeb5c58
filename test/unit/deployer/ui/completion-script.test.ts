import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { execa } from 'execa';
import { need } from '../../../support/need.ts';
import { typed } from '../../../support/shell-line.ts';

const PROGRAM = join(import.meta.dirname, '../../../../deployer/bin.mjs');
const INVENTORY = 'all: {children: {nas: {hosts: {storage-1: }}, boards: {hosts: {pi-9: }}}}\n';
/** A host's name that a shell would run, if it expanded it. */
const HOSTILE = 'all: {hosts: {"x$(touch broken)": }}\n';

const SHELLS = {
  bash: { start: 'bash --noprofile --rcfile .bashrc -i', setUp: '.bashrc' },
  zsh: { start: 'zsh -i', setUp: '.zshrc' },
  fish: { start: 'fish -i', setUp: '.config/fish/config.fish' },
};

/** What a person's own start-up files have, as the help says it. */
const FILES = {
  '.bashrc': '. /usr/share/bash-completion/bash_completion\n',
  '.zshrc': 'fpath=(~/.zfunc $fpath)\nautoload -U compinit; compinit -u\n',
  '.config/fish/config.fish': '',
  // Without it, the first fish begins to read all manual pages.
  '.local/share/fish/generated_completions/.keep': '',
};

for (const [name, { start, setUp }] of Object.entries(SHELLS)) {
  suite(`completion in ${name}, installed as the help of completion says`, need('shells'), () => {
    let home: string;
    let env: Record<string, string>;

    before(async () => {
      home = await mkdtemp(join(tmpdir(), 'completion-'));
      env = {
        HOME: home,
        PATH: `${join(home, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`,
        TERM: 'dumb',
        LC_ALL: 'C.UTF-8',
      };
      await mkdir(join(home, 'bin'));
      await symlink(PROGRAM, join(home, 'bin', 'homelab-deploy'));
      for (const [file, text] of Object.entries({ ...FILES, 'inventory.yaml': INVENTORY })) {
        await mkdir(dirname(join(home, file)), { recursive: true });
        await writeFile(join(home, file), text);
      }
      const help = await execa(PROGRAM, ['completion', '--help'], { cwd: home, env });
      const [, section = ''] =
        new RegExp(`^${name}\\b.*:\n((?: .*\n)+)`, 'm').exec(help.stdout) ?? [];
      const lines = section.replaceAll(/^ *\$ /gm, '');
      assert.match(lines, /completion/);
      await execa('sh', ['-euc', lines], { cwd: home, env, extendEnv: false });
    });
    after(() => rm(home, { recursive: true }));

    const cases: [what: string, keys: string, line: string][] = [
      ['commands', 'homelab-deploy unins\t', 'homelab-deploy uninstall'],
      ['options', 'homelab-deploy push --play\t', 'homelab-deploy push --playbook-dir'],
      [
        "an option's values",
        'homelab-deploy push --transport o\t',
        'homelab-deploy push --transport openssh',
      ],
      ['hosts', 'homelab-deploy push stor\t', 'homelab-deploy push storage-1'],
      ['groups', 'homelab-deploy status boar\t', 'homelab-deploy status boards'],
      ['files', 'homelab-deploy push -i inven\t', 'homelab-deploy push -i inventory.yaml'],
    ];
    for (const [what, keys, line] of cases) {
      test(`completes ${what} (${setUp})`, async () => {
        assert.equal((await typed(start, keys, { cwd: home, env })).trim(), line);
      });
    }

    test('runs nothing that stands in the name of a host', async () => {
      const hostile = join(home, 'hostile');
      await mkdir(hostile);
      await writeFile(join(hostile, 'inventory.yaml'), HOSTILE);
      await typed(start.replace('.bashrc', '../.bashrc'), 'homelab-deploy push x\t', {
        cwd: hostile,
        env,
      });
      await assert.rejects(execa('ls', [join(hostile, 'broken')]));
    });
  });
}
