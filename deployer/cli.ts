import { Command, CommanderError } from 'commander';
import { plainLines } from '../agent/contract/plain-text.ts';
import { addAdopt } from './commands/adopt.ts';
import { addBuild } from './commands/build.ts';
import { addCompletion } from './commands/completion.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEnroll } from './commands/enroll.ts';
import { addInit } from './commands/init.ts';
import { addInventory } from './commands/inventory.ts';
import { addLogs } from './commands/logs.ts';
import { addPush } from './commands/push.ts';
import { addReleases } from './commands/releases.ts';
import { addRender } from './commands/render.ts';
import { addRevoke } from './commands/revoke.ts';
import { addRollback } from './commands/rollback.ts';
import { addStatus } from './commands/status.ts';
import { addUninstall } from './commands/uninstall.ts';
import { addVerify } from './commands/verify.ts';
import type { Context } from './context.ts';
import { UsageError, UserError } from './lib/errors.ts';
import { helpNotes, LEAST_COLUMNS } from './ui/help-notes.ts';
import { usageError, withHelp } from './ui/usage-error.ts';

/** Every command, in the order in which the help shows them. */
const COMMANDS = [
  addInit,
  addPush,
  addStatus,
  addVerify,
  addLogs,
  addReleases,
  addRollback,
  addUninstall,
  addEnroll,
  addRevoke,
  addAdopt,
  addDoctor,
  addRender,
  addInventory,
  addBuild,
  addCompletion,
];

export interface ProgramOptions {
  readonly version: string;
}

/** The program with all its commands; parsing throws CommanderError instead of ending the process. */
export function createProgram(context: Context, { version }: ProgramOptions): Command {
  const program = new Command('homelab-deploy')
    .description('Installs, updates and checks the homelab agent on all your servers')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureHelp({ sortOptions: false, minWidthToWrap: LEAST_COLUMNS })
    .configureOutput({
      writeOut: text => context.stdout.write(text),
      writeErr: text => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns ?? 100,
      getErrHelpWidth: () => context.stderr.columns ?? 100,
    })
    .addHelpText('after', helpNotes(HELP));
  for (const add of COMMANDS) add(program, context);
  for (const command of [program, ...program.commands]) {
    command.configureOutput({
      outputError: (text, write) =>
        write(`homelab-deploy: ${usageError(text, command)}
`),
    });
  }
  return program;
}

/** Runs a command line (without node and script) and sets the context's exit code; throws only faults of ours. */
export async function run(
  argv: readonly string[],
  context: Context,
  options: ProgramOptions,
): Promise<void> {
  const program = createProgram(context, options);
  const [word = '', about = ''] = argv;
  const find = (name: string): Command | undefined =>
    program.commands.find(each => each.name() === name || each.aliases().includes(name));
  try {
    if (argv.length === 0) program.help({ error: true });
    // Commander shows the whole help instead.
    if (word === 'help' && /^[^-]/.test(about) && about !== 'help' && find(about) === undefined) {
      program.error(`error: unknown command '${about}'`);
    }
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    context.exitCode = exitCodeFor(error, context, find(word) ?? program);
  }
}

function exitCodeFor(error: unknown, context: Context, command: Command): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (context.signal.aborted) {
    context.stderr.write('homelab-deploy: Interrupted\n');
    return 130;
  }
  if (!(error instanceof UserError)) throw error;
  const { message } = error;
  const words = error instanceof UsageError ? withHelp(message, command) : message;
  // Whatever a hub, a server or a file said: nothing in it steers a terminal.
  context.stderr.write(`homelab-deploy: ${plainLines(words)}\n`);
  return error.exitCode;
}

const HELP = `
Exit codes:
  0  done
  1  a server failed, was rolled back, or is refused by the hub
  2  wrong use, inventory, secrets, or a hub that would refuse every server: nothing was touched
  3  nothing failed, but a server was unreachable
  4  "status": everything works, and there are warnings
  130  interrupted (except "logs --follow" and "status --watch"), or a question answered with no

Examples:
  $ homelab-deploy init                       write an inventory: asks for hub, key and servers
  $ homelab-deploy push --all --check --diff  show what would change
  $ homelab-deploy push --all                 install or update the agent on every server
  $ homelab-deploy push nas-1 'pi*'           only these
  $ homelab-deploy status                     what runs where, and when its last heartbeat was accepted
  $ homelab-deploy verify                     does the hub receive heartbeats from every server?
  $ homelab-deploy rollback nas-1             activate the previous release again
`;
