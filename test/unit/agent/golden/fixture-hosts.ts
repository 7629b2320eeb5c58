import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { bundleAgent } from '../../../../deployer/build/bundle.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const hosts = join(repository, 'test/fixtures/hosts');
const golden = join(repository, 'test/fixtures/golden');

export type Beat = Record<string, unknown>;

/** Names of the recorded hosts. */
export async function fixtureHosts(): Promise<string[]> {
  return (await readdir(hosts)).sort();
}

/** The agent as it ships, in a directory of its own. */
export class BuiltAgent {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  static async build(): Promise<BuiltAgent> {
    const directory = await mkdtemp(join(tmpdir(), 'built-agent-'));
    const { code } = await bundleAgent(repository, '0.0.0');
    await writeFile(join(directory, 'homelab-agent.mjs'), code);
    return new BuiltAgent(directory);
  }

  /** The beat that it prints for a recorded host. */
  async print(host: string): Promise<Beat> {
    const bundle = join(this.#directory, 'homelab-agent.mjs');
    const { stdout } = await execa(
      process.execPath,
      [bundle, 'print', '--root', join(hosts, host)],
      { extendEnv: false },
    );
    return JSON.parse(stdout);
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true });
  }
}

/** A beat without what differs from one printing to the next. */
export function lasting({ timestamp: _, ...beat }: Beat): Beat {
  return beat;
}

export async function readGolden(host: string): Promise<Beat> {
  return JSON.parse(await readFile(join(golden, `${host}.json`), 'utf8'));
}

export async function writeGolden(host: string, beat: Beat): Promise<void> {
  await writeFile(join(golden, `${host}.json`), `${JSON.stringify(beat, null, 2)}\n`);
}
