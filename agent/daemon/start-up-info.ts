import * as z from 'zod/mini';
import { ConfigError } from '../config/config-error.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { CpuInfo } from '../contract/heartbeat.ts';
import type { Config } from '../contract/keys.ts';
import type { Command } from '../host/command.ts';
import { Identity } from '../identity/identity.ts';

/** What only a start and a reload need to find out. */
export interface StartUpInfo {
  readonly loaded: LoadedConfig;
  /** Who to beat as. */
  readonly identity: Identity;
  /** What is known of the processor beyond the kernel's files; null where nothing is. */
  readonly cpu: CpuInfo | null;
}

/** How the agent starts itself again. */
export interface Self {
  /** Node. */
  readonly program: string;
  /** Node's own flags, such as `--jitless`, without which the service may not run. */
  readonly flags: readonly string[];
  /** The agent's own file. */
  readonly script: string;
}

const timeoutMs = 60_000;

/** The configuration itself was checked by the process that read it: its schema is no weight on this one. */
const Answer = z.union([
  z.object({ problems: z.array(z.string()) }),
  z.object({
    loaded: z.object({
      config: z.custom<Config>(value => typeof value === 'object' && value !== null),
      warnings: z.array(z.string()),
      source: z.string(),
      sha256: z.nullable(z.string()),
    }),
    identity: Identity,
    cpu: z.nullable(CpuInfo),
  }),
]);

/**
 * Loads in a child process: the daemon does not need a YAML parser and a schema again until its configuration changes.
 * What comes back through the pipe may contain the key. `signal` ends it.
 * Throws ConfigError when the configuration is missing or invalid.
 */
export async function loadStartUpInfo(
  command: Pick<Command, 'run'>,
  { program, flags, script }: Self,
  options: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Promise<StartUpInfo> {
  const { code, stdout, stderr } = await command.run(
    program,
    [...flags, script, 'prepare', ...options],
    { timeoutMs, env: handedOn(env), signal },
  );
  const answer = parseAnswer(stdout);
  if (answer === undefined) throw new Error(`Cannot prepare: exit code ${code}: ${stderr.trim()}`);
  if ('problems' in answer) throw new ConfigError(answer.problems);
  return answer;
}

/** Undefined for anything else; its text is not shown, as it may contain the key. */
function parseAnswer(text: string): z.infer<typeof Answer> | undefined {
  try {
    return Answer.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The variables on which the configuration and the places of files may depend. */
function handedOn(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = Object.keys(env).filter(
    name => name.startsWith('HOMELAB_AGENT_') || /^(STATE|RUNTIME)_DIRECTORY$/.test(name),
  );
  return Object.fromEntries(names.map(name => [name, env[name] ?? '']));
}
