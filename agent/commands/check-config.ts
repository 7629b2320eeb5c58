import { loadConfig } from '../config/load-config.ts';
import type { AgentContext, CommandOptions } from '../context.ts';

/** Says whether a configuration is valid: every error with its place, and exit code 78, where it is not. */
export async function checkConfig(options: CommandOptions, context: AgentContext): Promise<number> {
  const [file = options.configFile] = options.operands;
  const { source, warnings } = await loadConfig(file, context.env, context.hostname);
  for (const warning of warnings) context.stderr.write(`Warning: ${warning}\n`);
  context.stdout.write(`${source}: The configuration is valid\n`);
  return 0;
}
