import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

const ROOT = join(import.meta.dirname, '../..');
/** Beside the packages, so that a test that runs again fetches nothing. */
const NODES = join(ROOT, 'node_modules/.cache/nodes');

/** The oldest Node that the package supports, the one of this checkout, and the newest. */
export const NODE_VERSIONS = ['22.19.0', process.versions.node, '26.12.1'] as const;

/** The `bin` directory of an official Node of that version. */
async function nodeBin(version: string): Promise<string> {
  if (version === process.versions.node) return dirname(process.execPath);
  const place = join(NODES, `${version}-${process.arch}`);
  if (!existsSync(place)) {
    await mkdir(NODES, { recursive: true });
    const fresh = await mkdtemp(join(NODES, 'fetching-'));
    const spec = `node-linux-${process.arch}@${version}`;
    await execa('npm', ['pack', '--prefer-offline', spec], { cwd: fresh, stdin: 'ignore' });
    await execa('sh', ['-c', 'tar -xzf *.tgz --strip-components=1 && rm *.tgz'], { cwd: fresh });
    // Another test may have been faster.
    await rename(fresh, place).catch(() => rm(fresh, { recursive: true }));
  }
  return join(place, 'bin');
}

/** Builds and packs the package as for a release; answers with the tarball's path. */
export async function packPackage(directory: string): Promise<string> {
  const pack = ['pack', '--json', '--pack-destination', directory];
  const { stdout } = await execa('npm', pack, { cwd: ROOT, stdin: 'ignore' });
  const [{ filename }] = JSON.parse(stdout);
  return join(directory, filename);
}

/** A program that was installed by `npm install --global`, and how to run it. */
export class Installed {
  readonly prefix: string;
  readonly #path: string;

  constructor(prefix: string, bin: string) {
    this.prefix = prefix;
    this.#path = `${join(prefix, 'bin')}:${bin}:/usr/bin:/bin`;
  }

  /** From the tarball, without a cache and without a registry: it needs nothing but itself. */
  static async from(tarball: string, prefix: string, version: string): Promise<Installed> {
    const bin = await nodeBin(version);
    await execa('npm', ['install', '--global', '--prefix', prefix, '--offline', tarball], {
      env: { PATH: `${bin}:${process.env['PATH']}`, npm_config_cache: join(prefix, 'cache') },
      stdin: 'ignore',
    });
    return new Installed(prefix, bin);
  }

  /** The environment in which its programs are on the path. */
  get env(): { PATH: string } {
    return { PATH: this.#path };
  }

  /** Runs one of its programs; its failure is a result. */
  async run(directory: string, program: string, ...args: string[]): Promise<Ran> {
    const { stdout, stderr, exitCode } = await execa(join(this.prefix, 'bin', program), args, {
      cwd: directory,
      env: this.env,
      reject: false,
      stdin: 'ignore',
    });
    return { stdout, stderr, exitCode };
  }
}

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}
