import { type Command, InvalidArgumentError } from 'commander';
import { type Arch, arches } from '../../agent/contract/requirements.ts';
import type { Context } from '../context.ts';

export interface BuildFlags {
  readonly out: string;
  readonly arch: Arch[];
}

/** `homelab-deploy build`: what servers get, made on this machine. */
export function addBuild(program: Command, context: Context): void {
  program
    .command('build')
    .summary('build the files that servers get')
    .description('Build the agent, and pack Node for each processor, ready for servers')
    .option('--out <dir>', 'where to put them', 'dist')
    .option('--arch <list>', 'processors to make Node for', parseArches, [...arches])
    .action(async (options: BuildFlags) =>
      (await import('./actions/build.ts')).runBuild(context, options),
    );
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
