import { findHome } from '../build/home.ts';
import { readProbe } from '../build/installer.ts';
import { quote } from '../lib/quote.ts';

/** What a server should have, as far as the probe needs it to name the release. */
export interface WantedRelease {
  readonly version: string;
  /** The version of bundled runtimes, such as `24.21.0`. */
  readonly nodeVersion: string;
  /** The text of the artifact's SHA256SUMS. */
  readonly sums: string;
  /** Of the rendered config.yaml, which holds secrets. */
  readonly configSha256: string;
}

export interface FactsRequest {
  readonly runtime: 'bundled' | 'system';
  readonly wanted?: WantedRelease | undefined;
  /** The configuration and the unit as well: secrets are in them. */
  readonly texts?: boolean | undefined;
  /** What the configuration on the server sets, secrets included. */
  readonly settings?: boolean | undefined;
}

let script: Promise<string> | undefined;

/**
 * The one command that asks a server for its facts (agent/install/probe.sh says what it answers); has to run as root.
 */
export async function factsCommand({
  runtime,
  wanted,
  texts,
  settings,
}: FactsRequest): Promise<string> {
  const release =
    wanted === undefined
      ? []
      : [wanted.version, `node-v${wanted.nodeVersion}`, wanted.sums.trimEnd(), wanted.configSha256];
  const extras = [...(texts ? ['texts'] : []), ...(settings ? ['secrets'] : [])];
  return await command('facts', runtime, ...release, ...extras);
}

/** Asks how an installation ended; `directory` is where its transfer was unpacked. */
export async function outcomeCommand(directory: string): Promise<string> {
  return await command('outcome', directory);
}

/** Waits until the agent of a release has tried to send a heartbeat, at most so many seconds. */
export async function beatCommand(release: string, seconds: number): Promise<string> {
  return await command('beat', release, String(seconds));
}

async function command(...args: string[]): Promise<string> {
  script ??= findHome().then(readProbe);
  // Not by another shell: a sudo may let this one start nothing, which the probe then reports.
  return `set -- ${quote(args)}\n${await script}`;
}
