/**
 * `npm run release -- X.Y.Z`: writes the version, dates the changelog, builds everything, commits and tags. Nothing is
 * pushed or published. `--check` says what it would do; `--build` only builds what is checked out, as CI does for a tag.
 */
import { copyFile, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { UserError } from '../../lib/errors.ts';
import { store } from '../../lib/store.ts';
import { findRoot } from '../own-version.ts';
import { buildRelease } from './build-release.ts';
import { planRelease, type ReleaseState, VERSIONED } from './plan-release.ts';

const USAGE = 'Usage: npm run release -- X.Y.Z [--check] [--out DIR], or --build [--out DIR]';
const PUBLISHED = 'test/fixtures/releases';
const root = findRoot();

try {
  await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`release: ${error.message}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      check: { type: 'boolean', default: false },
      build: { type: 'boolean', default: false },
      out: { type: 'string', default: 'dist/release' },
    },
  });
  const [version, ...more] = positionals;
  const out = resolve(values.out);
  if (values.build) return await build(out);
  if (version === undefined || more.length > 0) throw new UserError(USAGE);
  const state = await readState();
  const { problems, files, notes } = planRelease(version, state);
  if (problems.length > 0) throw new UserError(`Not released:\n${problems.join('\n')}`);
  if (values.check) {
    say(`Would write ${version} to ${VERSIONED.join(', ')}`);
    say(`Would build the release in ${out}, and keep the agent in ${PUBLISHED}`);
    return say(`Would commit and tag v${version}, with the notes:\n\n${notes}`);
  }
  try {
    await writeFiles(files);
    await build(out);
  } catch (error) {
    await writeFiles(state.files);
    throw error;
  }
  // Tests install each release that was published, and push today's build over it.
  const artifact = `homelab-agent-${version}.tar.gz`;
  await copyFile(join(out, artifact), join(root, PUBLISHED, artifact));
  await git('add', '--', ...VERSIONED, PUBLISHED);
  await git('commit', '--quiet', '--message', `release: ${version}`);
  // As it is: lines with # are no comments.
  await git('tag', '--cleanup=verbatim', '--message', `${version}\n\n${notes}`, `v${version}`);
  say(`Released ${version}: "git push --follow-tags" makes it public`);
}

async function build(out: string): Promise<void> {
  const names = await buildRelease(out, line => process.stderr.write(`${line}\n`));
  say(names.map(name => join(out, name)).join('\n'));
}

async function readState(): Promise<ReleaseState> {
  const [name, lock, galaxy, changelog] = VERSIONED;
  return {
    changes: await git('status', '--porcelain'),
    tags: (await git('tag', '--list', 'v*')).split('\n'),
    today: new Date().toISOString().slice(0, 10),
    files: {
      [name]: await read(name),
      [lock]: await read(lock),
      [galaxy]: await read(galaxy),
      [changelog]: await read(changelog),
    },
  };
}

async function read(name: string): Promise<string> {
  return await readFile(join(root, name), 'utf8');
}

async function writeFiles(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await store(join(root, name), text, { keepsAccess: true });
  }
}

async function git(...args: string[]): Promise<string> {
  return (await execa('git', args, { cwd: root, stdin: 'ignore' })).stdout;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
