import type { Facts, Standing } from '../remote/facts/facts.ts';
import { parseFacts } from '../remote/facts/parse-facts.ts';
import { probeCommand, standingCommand } from '../remote/facts/probe.ts';
import type { Connection, Target, Transport } from '../remote/transport/transport.ts';

/** A probe starts a dozen short processes; a server that needs longer than this is not well. */
const PROBE_MS = 60_000;

export interface Probed {
  readonly connection: Connection;
  readonly facts: Facts;
}

/** Asks a server for its facts. Throws the transport's errors, and ProbeFailed where the answer is not one. */
export async function readFacts(
  connection: Connection,
  options: { texts: boolean; signal?: AbortSignal },
): Promise<Facts> {
  return await probe(connection, probeCommand(options), options.signal);
}

/** Connects and asks for the facts; the connection stays open for what comes next. Throws as readFacts does. */
export async function probeHost(
  transport: Transport,
  target: Target,
  options: { texts: boolean; signal?: AbortSignal },
): Promise<Probed> {
  const connection = await transport.connect(target, options.signal);
  try {
    return { connection, facts: await readFacts(connection, options) };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Asks a server over a connection of its own on which release it stands, and whether a transfer is still being installed. Throws as probeHost does. */
export async function probeStanding(
  transport: Transport,
  target: Target,
  directory: string,
): Promise<Standing> {
  const connection = await transport.connect(target);
  try {
    return await probe(connection, standingCommand(directory));
  } finally {
    await connection.close();
  }
}

async function probe(
  connection: Connection,
  command: string,
  signal?: AbortSignal,
): Promise<Facts> {
  const { code, stdout, stderr } = await connection.exec(command, {
    sudo: true,
    timeoutMs: PROBE_MS,
    signal,
  });
  try {
    return parseFacts(stdout);
  } catch (cause) {
    const said = stderr.trim().split('\n').at(-1) ?? '';
    throw new ProbeFailed(`Cannot read what the server answered (exit ${code}): ${said}`, {
      cause,
    });
  }
}

/** The server answered, but not what was asked. */
export class ProbeFailed extends Error {
  override name = 'ProbeFailed';
}
