import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError } from './config/config-error.ts';
import { type AgentCommand, type AgentContext, configExit, usageExit } from './context.ts';
import { nearest } from './contract/nearest.ts';
import { help } from './help.ts';
import { findAgentFiles } from './places.ts';
import { version } from './version.ts';

/** Each command is loaded on demand, so that the daemon does not load what only others need. */
const commands: Record<string, () => Promise<AgentCommand>> = {
  run: async () => (await import('./commands/run.ts')).run,
  once: async () => (await import('./commands/once.ts')).once,
  print: async () => (await import('./commands/print.ts')).print,
  'check-config': async () => (await import('./commands/check-config.ts')).checkConfig,
  // Not in the help: only the daemon calls it.
  prepare: async () => (await import('./commands/prepare.ts')).prepare,
  status: async () => (await import('./commands/status.ts')).status,
  health: async () => (await import('./commands/health.ts')).health,
};

const options = {
  config: { type: 'string', short: 'c' },
  root: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Runs what the command line asks for and gives the exit code. What the user can fix is shown as a message. */
export async function cli(argv: readonly string[], context: AgentContext): Promise<number> {
  try {
    return await dispatch(argv, context);
  } catch (error) {
    if (error instanceof UsageError) {
      context.stderr.write(`${error.message}\nSee homelab-agent --help\n`);
      return usageExit;
    }
    if (!(error instanceof ConfigError)) throw error;
    context.stderr.write(`The configuration is missing or invalid:\n${error.message}\n`);
    return configExit;
  }
}

class UsageError extends Error {}

async function dispatch(argv: readonly string[], context: AgentContext): Promise<number> {
  const { values, positionals } = parse(argv);
  const [name, ...operands] = positionals;
  if (values.help === true || (name === undefined && values.version !== true)) {
    context.stdout.write(help);
    return 0;
  }
  if (values.version === true) {
    context.stdout.write(`${version}\n`);
    return 0;
  }
  return await runCommand(String(name), operands, values, context);
}

async function runCommand(
  name: string,
  operands: readonly string[],
  values: { readonly root?: string | undefined; readonly config?: string | undefined },
  context: AgentContext,
): Promise<number> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    const near = nearest(
      name,
      Object.keys(commands).filter(each => each !== 'prepare'),
    );
    const hint = near === undefined ? '' : `: did you mean ${near}?`;
    throw new UsageError(`Unknown command ${JSON.stringify(name)}${hint}`);
  }
  if (operands.length > (name === 'check-config' ? 1 : 0)) {
    throw new UsageError(`Unexpected arguments after ${name}: ${operands.join(' ')}`);
  }
  // The daemon's child process has another working directory.
  const root = resolve(values.root ?? '/');
  const places = findAgentFiles(root, context.env);
  const command = await load();
  const configFile = values.config === undefined ? places.configFile : resolve(values.config);
  return await command({ root, places, configFile, operands }, context);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (cause) {
    throw new UsageError(optionFault(cause), { cause });
  }
}

/** Node names the option, and adds advice that no option here needs. */
function optionFault(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
  if (unknown === undefined) return message;
  const near = nearest(
    unknown,
    Object.keys(options).map(name => `--${name}`),
  );
  return `Unknown option ${unknown}${near === undefined ? '' : `: did you mean ${near}?`}`;
}
