import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createProgram } from '../../../deployer/cli.ts';
import { commandsInText, readPages, shellBlocks } from '../../support/pages.ts';
import { testContext } from '../../support/test-context.ts';

const pages = await readPages();

/** Words as a shell would make them of what stands in the pages: no variables, no substitutions. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
}

/** What the programs are made of, and the messages that tests hold whole. */
async function sourceText(): Promise<string> {
  const texts: string[] = [];
  for (const directory of ['agent', 'deployer', 'test/unit/deployer/messages']) {
    for (const file of await readdir(directory, { recursive: true })) {
      if (/\.(?:ts|sh)$/.test(file)) texts.push(await readFile(join(directory, file), 'utf8'));
    }
  }
  // As they are printed: quotes without their backslashes.
  return texts.join('\n').replaceAll('\\', '');
}

/** Whether homelab-deploy has the command and its options; throws what it would print. */
async function parse(argv: readonly string[]): Promise<void> {
  const program = createProgram(testContext({ cwd: '/', home: '/' }), { version: '0.0.0' });
  for (const command of program.commands) command.action(() => {});
  await program.parseAsync([...argv], { from: 'user' });
}

test('every homelab-deploy command in the pages exists, with its options', async () => {
  const commands = [...pages].flatMap(([page, text]) =>
    [...shellBlocks(text).flat(), ...commandsInText(text)].flatMap(line => {
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

test('the timer in the pages starts the program where the README puts it', () => {
  const [, link] = /ln -s \S+ ~(\/\S+homelab-deploy)/.exec(pages.get('README.md') ?? '') ?? [];
  const morning = pages.get('docs/every-morning.md') ?? '';
  assert.match(morning, new RegExp(`^ExecStart=%h${link} status$`, 'm'));
});

test('every message that the page on troubleshooting quotes is one of the programs’', async () => {
  const page = pages.get('docs/troubleshooting.md') ?? '';
  const quotes = [...page.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, quote = '']) => quote),
  );
  assert.ok(quotes.length > 15, `Expected the page's messages, found ${quotes.length}`);
  const sources = await sourceText();
  for (const quote of quotes) {
    for (const piece of quote.split('…').map(part => part.trim())) {
      assert.ok(sources.includes(piece), `${quote}: no message has ${JSON.stringify(piece)}`);
    }
  }
});
