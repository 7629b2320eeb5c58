import type { Facts } from '../remote/facts/facts.ts';
import { parseFacts } from '../remote/facts/parse-facts.ts';
import { probeCommand } from '../remote/facts/probe.ts';
import type { Connection, Target, Transport } from '../remote/transport/transport.ts';

/** A probe starts a dozen short processes; a server that needs longer than this is not well. */
const PROBE_MS = 60_000;

export interface Probed {
  readonly connection: Connection;
  readonly facts: Facts;
}

/**
 * Connects and asks a server for its facts; the connection stays open for what comes next.
 * Throws the transport's errors, and an Error where the answer is not one.
 */
export async function probeHost(
  transport: Transport,
  target: Target,
  options: { texts: boolean; signal?: AbortSignal },
): Promise<Probed> {
  const connection = await transport.connect(target, options.signal);
  try {
    return { connection, facts: await probe(connection, options) };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function probe(
  connection: Connection,
  { texts, signal }: { texts: boolean; signal?: AbortSignal },
): Promise<Facts> {
  const command = probeCommand({ texts });
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
