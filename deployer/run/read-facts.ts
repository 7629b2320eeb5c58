import { sha256 } from '../lib/digest.ts';
import type { Facts, InstallState } from '../plan/facts.ts';
import { MAX_ANSWER, parseFacts } from '../plan/parse-facts.ts';
import {
  beatCommand,
  type FactsRequest,
  factsCommand,
  outcomeCommand,
  type WantedRelease,
} from '../plan/probe-command.ts';
import { said } from '../ssh/said.ts';
import type { Connection } from '../ssh/transport.ts';
import type { Build } from './dependencies.ts';

/** In milliseconds. A probe starts a dozen short processes; longer than this means a fault on the server. */
const PROBE_MS = 60_000;

/** The release that a build and a configuration make, for the question to a server and for its plan. */
export function wantedRelease(
  { version, nodeVersion, sums }: Build,
  config: string,
): WantedRelease {
  return { version, nodeVersion, sums, configSha256: sha256(config) };
}

/** Reads a server's facts. Throws the transport's errors, and ProbeFailed if the answer is malformed. */
export async function readFacts(
  connection: Connection,
  request: FactsRequest,
  signal?: AbortSignal,
): Promise<Facts> {
  const facts = await probe(connection, await factsCommand(request), signal);
  if (request.wanted !== undefined && facts.wanted === null) {
    throw new ProbeFailed('Expected the name of the wanted release from the server, found none');
  }
  return facts;
}

/**
 * Reads a server's live release, and whether the transfer in `directory` is still being installed. Throws like
 * readFacts.
 */
export async function readInstallState(
  connection: Connection,
  directory: string,
): Promise<InstallState> {
  return await probe(connection, await outcomeCommand(directory));
}

/** Waits until the agent of this release has tried to send a heartbeat, at most so many seconds. Throws like readFacts. */
export async function readBeat(
  connection: Connection,
  release: string,
  seconds: number,
  signal: AbortSignal,
): Promise<Pick<Facts, 'status' | 'current'>> {
  const command = await beatCommand(release, seconds);
  return await probe(connection, command, signal, PROBE_MS + seconds * 1_000);
}

async function probe(
  connection: Connection,
  command: string,
  signal?: AbortSignal,
  timeoutMs = PROBE_MS,
): Promise<Facts> {
  const { code, stdout, stderr } = await connection.exec(command, {
    sudo: true,
    timeoutMs,
    maxBytes: MAX_ANSWER,
    signal,
  });
  try {
    return parseFacts(stdout);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : '';
    // Not the probe's own answer: a configuration with its secrets may be in it.
    const [before = ''] = stdout.split('probe=1\n');
    const text = `Cannot read what the server answered (exit ${code}): ${why}; ${said(stderr || before)}`;
    throw new ProbeFailed(text, { cause });
  }
}

/** The server's answer is not the probe's. */
export class ProbeFailed extends Error {
  override name = 'ProbeFailed';
}
