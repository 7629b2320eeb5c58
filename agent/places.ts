import { dirname, join } from 'node:path';
import { places } from './contract/places.ts';

/** The agent's own files on a host. */
export interface AgentFiles {
  readonly configFile: string;
  /** Kept over restarts: who this server is to the hub. */
  readonly stateDirectory: string;
  /** The last list of updates, for the next start. */
  readonly updatesFile: string;
  /** Pools and error counters as they were before. */
  readonly storageFile: string;
  readonly statusFile: string;
}

/** Where a host keeps the agent's files: below `root`, or where systemd says that it made the directories. */
export function findAgentFiles(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): AgentFiles {
  const state = env['STATE_DIRECTORY'] || join(root, places.state);
  const runtime = env['RUNTIME_DIRECTORY'] || join(root, dirname(places.status));
  return {
    configFile: join(root, places.config),
    stateDirectory: state,
    updatesFile: join(state, 'updates.json'),
    storageFile: join(state, 'storage.json'),
    statusFile: join(runtime, 'status.json'),
  };
}
