import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Status } from '../../../agent/contract/status.ts';
import { type ReceivedBeat, StandInHub } from '../../support/hub.ts';
import type { Random } from '../random.ts';
import { Front } from './front.ts';
import { configFile, furnish, runtimeDirectory, user } from './namespace.ts';
import { Service } from './service.ts';
import { interval, intervalSeconds } from './speed.ts';

const frontPort = 8080;

/** A server of its own, in the namespaces of this process: the agent, its hub, and what stands in for systemd. */
export class World implements AsyncDisposable {
  readonly hub: StandInHub;
  readonly front: Front;
  readonly service: Service;
  readonly random: Random;
  /** Where the agent looks for its hub. */
  hubHost = '127.0.0.1';
  services: readonly string[] = ['ssh', 'cron'];

  private constructor(hub: StandInHub, front: Front, random: Random) {
    this.hub = hub;
    this.front = front;
    this.service = new Service();
    this.random = random;
  }

  static async create(release: string, random: Random): Promise<World> {
    furnish(release);
    const hub = await new StandInHub().start();
    return new World(hub, await Front.open(hub.url, frontPort), random);
  }

  /** Writes the configuration; `more` are lines of it. */
  configure(more = ''): void {
    const text = [
      `hub_url: http://${this.hubHost}:${frontPort}`,
      'server_id: faulty',
      `api_key: ${this.hub.apiKey}`,
      `heartbeat_interval: ${intervalSeconds}`,
      `monitored_services: [${this.services.join(', ')}]`,
      more,
    ].join('\n');
    writeFileSync(configFile, text, { mode: 0o600 });
    chownSync(configFile, user.uid, user.gid);
  }

  /** Lets so many of the agent's intervals pass. */
  async intervals(count: number): Promise<void> {
    await sleep(count * interval);
  }

  /** A time that `random` draws, in intervals. */
  async between(least: number, most: number): Promise<void> {
    await this.intervals(least + this.random.next() * (most - least));
  }

  /** The beats that were accepted as they were made, not later. */
  get live(): readonly ReceivedBeat[] {
    return this.hub.beats.filter(({ body }) => 'agent_version' in body);
  }

  /** What status.json says; throws when it is not there or not a status. */
  get status(): Status {
    return Status.parse(JSON.parse(readFileSync(`${runtimeDirectory}/status.json`, 'utf8')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
    await this.front.down();
    await this.hub.stop();
  }
}
