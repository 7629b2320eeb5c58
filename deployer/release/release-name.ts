import { sha256 } from './digest.ts';

export interface ReleaseParts {
  readonly version: string;
  /** The text of the artifact's SHA256SUMS. */
  readonly sums: string;
  /** The bytes of config.yaml. */
  readonly config: string | Uint8Array;
  /** Such as `node-v24.21.0-linux-x64`, or `system`. */
  readonly runtime: string;
}

/**
 * `<version>-<8 hexadecimal digits>`: two servers with one name have the same build, unit, configuration and
 * runtime, and any difference makes another name. install-agent.sh comes to the same name by the same rule.
 */
export function releaseName({ version, sums, config, runtime }: ReleaseParts): string {
  const identity = `${sums}${sha256(config)}  config.yaml\nruntime ${runtime}\n`;
  return `${version}-${sha256(identity).slice(0, 8)}`;
}
