import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type Arch, arches } from '../../agent/contract/requirements.ts';
import { buildDist } from '../build/build-dist.ts';
import { findHome } from '../build/home.ts';
import type { Context } from '../context.ts';
import { cacheDirectory } from '../lib/xdg.ts';

/** `homelab-deploy build`: what servers get, made on this machine. */
export function addBuild(program: Command, context: Context): void {
  program
    .command('build')
    .summary('build the files that servers get')
    .description('Build the agent, and pack Node for each processor, ready for servers')
    .option('--out <dir>', 'where to put them', 'dist')
    .option('--arch <list>', 'processors to make Node for', parseArches, [...arches])
    .action(async (options: { out: string; arch: Arch[] }) => {
      const { manifest, archive } = await buildDist({
        home: await findHome(),
        out: resolve(context.cwd, options.out),
        arches: options.arch,
        cache: cacheDirectory(context),
        progress: message => context.stderr.write(`${message}\n`),
        signal: context.signal,
        env: context.env,
      });
      const { artifact, runtimes } = manifest;
      for (const made of [artifact, ...Object.values(runtimes), archive]) {
        const size = `${(made.bytes / 1e6).toFixed(1)} MB`;
        context.stdout.write(`${join(options.out, made.file)}  ${size}  sha256 ${made.sha256}\n`);
      }
    });
}

function parseArches(list: string): Arch[] {
  return [...new Set(list.split(','))].map(name => {
    const arch = arches.find(known => known === name);
    if (arch === undefined) {
      throw new InvalidArgumentError(`Expected ${arches.join(' or ')}, found "${name}"`);
    }
    return arch;
  });
}
