import { PassThrough } from 'node:stream';
import { run } from '../../../../deployer/cli.ts';
import { testContext } from '../../../support/test-context.ts';
import { TestDirectory } from '../../../support/test-directory.ts';

/** An error that a person can cause, and all that is said of it. */
export interface MessageCase {
  readonly name: string;
  /** Gives what is said. */
  readonly cause: () => string | Promise<string>;
  readonly says: string;
}

/** A command line that is refused. */
export interface WrongRun {
  readonly args: readonly string[];
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** An inventory with which nothing is wrong. */
export const GOOD = `all:
  children:
    nas: {hosts: {nas-1: , nas-2: }}
    pi: {hosts: {pi-1: }}
  vars:
    homelab_agent_hub_url: "http://hub.home.lan:8080"
    homelab_agent_api_key: "a-key"
`;

/** What a command line writes to standard error, with `/here` for its directory. */
async function saidBy({ args, files = {}, env = {} }: WrongRun): Promise<string> {
  await using directory = await TestDirectory.create(files);
  const stderr = new PassThrough();
  const { path } = directory;
  const context = testContext({
    ...{ cwd: path, home: `${path}/home`, stderr },
    env: { PATH: process.env['PATH'], ...env },
  });
  await run([...args], context, { version: '0' });
  return String(stderr.read() ?? '')
    .replaceAll(path, '/here')
    .trimEnd();
}

/** Cases of one kind: the name, the run, and what is said. */
export function runs(
  cases: readonly (readonly [name: string, run: WrongRun, says: string])[],
): MessageCase[] {
  return cases.map(([name, wrong, says]) => ({ name, cause: () => saidBy(wrong), says }));
}

/** The same for inventories, which `render` reads. */
export function inventories(
  cases: readonly (readonly [name: string, text: string, says: string])[],
): MessageCase[] {
  return runs(
    cases.map(([name, text, says]) => [
      name,
      { args: ['render'], files: { 'inventory.yaml': text }, env: { PATH: '/nonexistent' } },
      says,
    ]),
  );
}
