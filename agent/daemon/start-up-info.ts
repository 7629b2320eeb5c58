import { ConfigError } from '../config/config-error.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { CpuInfo } from '../contract/heartbeat.ts';
import type { Command } from '../host/command.ts';

/** What only a start and a reload need to find out. */
export interface StartUpInfo {
  readonly loaded: LoadedConfig;
  /** The server_guid to beat with. */
  readonly guid: string;
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

/**
 * Loads in a child process: the daemon does not need a YAML parser and a schema again until its configuration changes.
 * What comes back through the pipe may contain the key.
 *
 * @throws {ConfigError} when the configuration is missing or invalid
 */
export async function loadStartUpInfo(
  command: Pick<Command, 'run'>,
  { program, flags, script }: Self,
  options: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<StartUpInfo> {
  const { code, stdout, stderr } = await command.run(
    program,
    [...flags, script, 'prepare', ...options],
    {
      timeoutMs,
      env: handedOn(env),
    },
  );
  const answer: StartUpInfo | { problems: string[] } | undefined =
    stdout === '' ? undefined : JSON.parse(stdout);
  if (answer === undefined) throw new Error(`Cannot prepare: exit code ${code}: ${stderr.trim()}`);
  if ('problems' in answer) throw new ConfigError(answer.problems);
  return answer;
}

/** The variables on which the configuration and the places of files may depend. */
function handedOn(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = Object.keys(env).filter(
    name => name.startsWith('HOMELAB_AGENT_') || /^(STATE|RUNTIME)_DIRECTORY$/.test(name),
  );
  return Object.fromEntries(names.map(name => [name, env[name] ?? '']));
}
