import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { ConfigError } from './config-error.ts';
import { environmentConfig, isConfiguredBy } from './environment-config.ts';
import { type ParsedConfig, parseConfig } from './parse-config.ts';

/** A configuration and where it came from. */
export interface LoadedConfig extends ParsedConfig {
  /** The file, or `environment`. */
  readonly source: string;
  /** SHA-256 of the file's bytes; null if the environment was read. */
  readonly sha256: string | null;
}

/** A larger file is not a configuration. */
const maxBytes = 1024 * 1024;

/**
 * Reads the configuration from `file`, or from `HOMELAB_AGENT_*` if there is no such file.
 * Throws ConfigError when neither is there, or it cannot be read, or it is invalid.
 */
export async function loadConfig(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  hostname: string,
): Promise<LoadedConfig> {
  const bytes = await read(file);
  if (bytes === null) {
    if (isConfiguredBy(env)) {
      return { ...environmentConfig(env, hostname), source: 'environment', sha256: null };
    }
    throw new ConfigError([
      `${file}: No such file: the agent needs at least hub_url, server_id and api_key (see config.yaml.example beside the agent)`,
    ]);
  }
  const parsed = parseConfig(bytes.toString('utf8'), file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const warnings = [...parsed.warnings, ...(await openToAll(file, parsed))];
  return { ...parsed, warnings, source: file, sha256 };
}

async function read(file: string): Promise<Buffer | null> {
  try {
    const { size } = await stat(file);
    if (size > maxBytes) {
      throw new ConfigError([`${file}: Expected a configuration, found a file of ${size} bytes`]);
    }
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return null;
    const next =
      code === 'EACCES'
        ? ': expected it to be readable by the group homelab-agent (mode 0640)'
        : '';
    throw new ConfigError([`${file}: Cannot read it (${code})${next}`], { cause });
  }
}

async function openToAll(file: string, { config }: ParsedConfig): Promise<string[]> {
  const { mode } = await stat(file);
  if ((mode & 0o004) === 0 || (config.api_key ?? config.api_token) === undefined) return [];
  return [`${file}: Every user of this server can read the key in it: run chmod 0640`];
}
