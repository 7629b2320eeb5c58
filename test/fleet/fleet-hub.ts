import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HubClient } from '../support/hub-client.ts';

const HUB_MAIN = fileURLToPath(new URL('../support/hub-main.ts', import.meta.url));
const START_LIMIT_MS = 60_000;

/** Starts the stand-in hub inside the controller's namespace; it ends with the fleet. */
export async function startFleetHub(options: {
  namespace: string;
  address: string;
  apiKey: string;
  directory: string;
  /** Seconds of silence after which a server is offline; by default the hub's own. */
  offlineAfter?: number;
}): Promise<HubClient> {
  const control = join(options.directory, 'hub.sock');
  const logFile = join(options.directory, 'hub.log');
  await rm(control, { force: true });
  const log = openSync(logFile, 'a');
  const listen = ['--listen', `${options.address}:8080`, '--control', control];
  const { apiKey, offlineAfter } = options;
  const offline = offlineAfter === undefined ? [] : ['--offline-after', String(offlineAfter)];
  const node = [process.execPath, HUB_MAIN, ...listen, '--api-key', apiKey, ...offline];
  const hub = spawn('ip', ['netns', 'exec', options.namespace, ...node], {
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  hub.unref();
  const deadline = performance.now() + START_LIMIT_MS;
  while (!existsSync(control)) {
    if (hub.exitCode !== null || performance.now() > deadline) {
      throw new Error(`The stand-in hub did not start:\n${await readFile(logFile, 'utf8')}`);
    }
    await sleep(50);
  }
  return new HubClient(control);
}
