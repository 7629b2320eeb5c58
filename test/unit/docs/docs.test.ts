import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createProgram } from '../../../deployer/cli.ts';
import { testContext } from '../../support/test-context.ts';

const pages = await pagesBelow('.');

async function pagesBelow(root: string): Promise<Map<string, string>> {
  const names = [
    ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'agent/PITFALLS.md', 'ansible/README.md'],
    'ansible/roles/homelab_agent/README.md',
    ...(await readdir(join(root, 'docs')))
      .filter(name => name.endsWith('.md'))
      .map(name => `docs/${name}`),
  ];
  const texts = names.map(
    async (name): Promise<[string, string]> => [name, await readFile(join(root, name), 'utf8')],
  );
  return new Map(await Promise.all(texts));
}

/** The lines of blocks that a shell runs, without prompts and comments, and commands within the text. */
function* shellLines(text: string): Generator<string> {
  for (const [, kind, block = ''] of text.matchAll(/^```(sh|console)\n(.*?)^```$/gms)) {
    for (const line of block.replaceAll(/\\\n\s*/g, '').split('\n')) {
      const command = kind === 'console' ? /^\$ (.*)$/.exec(line)?.[1] : line;
      const [bare = ''] = (command ?? '').split(/\s#\s/);
      if (bare.trim() !== '') yield bare.trim();
    }
  }
  for (const [, code = ''] of text.matchAll(/`(homelab-deploy [^`…]+)`/g)) {
    // `COMMAND` stands for any.
    if (!/ COMMAND\b/.test(code)) yield code;
  }
}

/** Words as a shell would make them of what stands in the pages: no variables, no substitutions. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
}

/** Whether homelab-deploy has the command and its options; throws what it would print. */
async function parse(argv: readonly string[]): Promise<void> {
  const program = createProgram(testContext({ cwd: '/', home: '/' }), { version: '0.0.0' });
  for (const command of program.commands) command.action(() => {});
  await program.parseAsync([...argv], { from: 'user' });
}

test('every homelab-deploy command in the pages exists, with its options', async () => {
  const commands = [...pages].flatMap(([page, text]) =>
    [...shellLines(text)].flatMap(line => {
      const [, command] = /(?:^|\s)homelab-deploy\s+([^|&;>]*)/.exec(line) ?? [];
      return command === undefined ? [] : [{ page, argv: words(command) }];
    }),
  );
  assert.ok(commands.length > 30, `Expected the pages' commands, found ${commands.length}`);
  for (const { page, argv } of commands) {
    if (argv.includes('--help')) continue;
    await assert.doesNotReject(parse(argv), `${page}: homelab-deploy ${argv.join(' ')}`);
  }
});

test('every npm script in the pages exists', async () => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));
  for (const [page, text] of pages) {
    for (const [, name = ''] of text.matchAll(/npm run ([a-z][a-z:-]*)/g)) {
      assert.ok(Object.hasOwn(scripts, name), `${page}: npm run ${name}`);
    }
  }
});

test('every link and path of a page leads to a file', () => {
  for (const [page, text] of pages) {
    for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      assert.ok(existsSync(join(dirname(page), target)), `${page}: ${target}`);
    }
  }
});
