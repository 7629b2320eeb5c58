import { HubAdmin, type IssuedToken } from '../../hub/hub-admin.ts';
import { HubError } from '../../hub/hub-client.ts';
import { planHostEdit } from '../../inventory/edit/host-edit.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { oneAtATime, pool } from '../../lib/concurrency.ts';
import { UserError } from '../../lib/errors.ts';
import type { Facts } from '../../plan/facts.ts';
import { askHost, type HostAccess } from '../../run/ask-hosts.ts';
import type { ArtifactSource } from '../../run/dependencies.ts';
import type { Emit } from '../../run/events.ts';
import { push } from '../../run/push.ts';
import { readFacts } from '../../run/read-facts.ts';
import { blankResult, type HostResult } from '../../run/result.ts';
import { jobOf, type Server } from '../server.ts';
import type { Intent } from './plan-enrolment.ts';

/** Seconds from a rotation to the start of the agent with the new token, and some more. */
const WINDOW = 12;

const sleep = (ms: number): Promise<void> => new Promise(wake => setTimeout(wake, ms));

/** Gives servers their tokens: from the hub into the inventory and onto the server, one server apart from another. */
export class Enrolment {
  readonly #inventory: Inventory;
  readonly #source: ArtifactSource;
  readonly #access: HostAccess;
  readonly #options: { readonly check: boolean; readonly by: string };
  readonly #emit: Emit;
  /** Two servers may stand in one file. */
  readonly #write = oneAtATime((host: string, issued: IssuedToken) => this.#edit(host, issued));

  constructor(
    inventory: Inventory,
    source: ArtifactSource,
    access: HostAccess,
    options: { readonly check: boolean; readonly by: string },
    emit: Emit,
  ) {
    this.#inventory = inventory;
    this.#source = source;
    this.#access = access;
    this.#options = options;
    this.#emit = emit;
  }

  async run(servers: readonly Server[], intents: readonly Intent[]): Promise<HostResult[]> {
    const { forks, signal } = this.#access;
    const one = async (server: Server): Promise<HostResult> => {
      const intent = intents.find(({ host }) => host === server.settings);
      if (intent === undefined) throw new Error('Expected an intent for each server');
      const began = performance.now();
      const result = await this.#enroll(server, intent);
      const ended = { ...result, seconds: (performance.now() - began) / 1_000 };
      this.#emit({ kind: 'done', result: ended });
      return ended;
    };
    const results = await pool(servers, forks, one, () => signal.aborted);
    return servers.map(({ settings: { name } }, at) => {
      const skipped = { ...blankResult(name), outcome: 'skipped' as const };
      return results[at] ?? { ...skipped, reason: 'Interrupted before its turn' };
    });
  }

  async #enroll(server: Server, { kind, guid, text }: Intent): Promise<HostResult> {
    const { name } = server.settings;
    const blank = blankResult(name);
    if (kind === 'refuse') return { ...blank, reason: text };
    if (kind === 'keep') return { ...blank, outcome: 'unchanged' };
    if (this.#options.check) return { ...blank, outcome: 'changed', reason: text };
    // A server that cannot be reached now would be left with a token that has ended.
    const answer = await askHost(server, this.#access, connection =>
      readFacts(connection, { runtime: server.settings.runtime }, this.#access.signal),
    );
    if (answer.kind === 'error') {
      return { ...blank, outcome: answer.outcome, reason: answer.reason };
    }
    try {
      if (kind === 'rotate') await this.#betweenBeats(name, answer.value);
      this.#phase(name, kind === 'rotate' ? 'rotates the token' : 'claims a token');
      const admin = new HubAdmin(server.settings, this.#access.signal);
      const issued =
        kind === 'rotate' && guid !== null
          ? await admin.rotate(guid)
          : await admin.claim(server.settings, name);
      const lines = await this.#write(name, issued).catch(lost);
      return withLines(await this.#activate(server, issued), lines);
    } catch (error) {
      if (!(error instanceof UserError || error instanceof HubError)) throw error;
      return { ...blank, reason: error.message };
    }
  }

  /** A token ends with its rotation: that falls between two heartbeats, if there is time enough between them. */
  async #betweenBeats(name: string, { status, time }: Facts): Promise<void> {
    if (status?.last_answer !== 'accepted' || status.interval <= 2 * WINDOW) return;
    const since = time - Date.parse(status.last_attempt ?? '') / 1_000;
    const left = status.interval - since;
    if (!(since >= 0) || left > WINDOW || left < 0) return;
    this.#phase(name, 'waits for the next heartbeat, so that none falls into the rotation');
    await sleep((left + 2) * 1_000);
  }

  /** @returns the lines to put into the inventory by hand; null where they are in it */
  async #edit(host: string, { guid, token }: IssuedToken): Promise<string | null> {
    const edit = await planHostEdit(this.#inventory, host, {
      homelab_agent_server_guid: guid,
      homelab_agent_api_token: token,
    });
    if (edit.kind === 'edit') {
      await edit.write();
      return null;
    }
    return `${edit.reason}\n${edit.lines.trimEnd()}`;
  }

  async #activate({ settings, target }: Server, { guid, token }: IssuedToken): Promise<HostResult> {
    // Not that of Ctrl-C: the token before has ended, so this one has to come to the server.
    const { signal } = new AbortController();
    const config = { ...settings.config, server_guid: guid, api_token: token };
    // As the inventory has it now.
    const sets = new Set([...settings.sets, 'server_guid', 'api_token']);
    const job = jobOf({ settings: { ...settings, config, sets }, target }, new Map());
    const tools = { ...this.#source, ...this.#access, now: () => performance.now(), sleep };
    const options = {
      ...{ check: false, diff: false, forks: 1, serial: [], maxFail: null, awaitBeat: true },
      // The old token may have ended: the new one has to be written.
      ...{
        by: this.#options.by,
        signal,
        confirm: async () => true,
        acceptsStorage: async () => true,
      },
    };
    // The end of this part is not the end of the enrolment.
    const emit: Emit = event => {
      if (event.kind !== 'done') this.#emit(event);
    };
    const [result] = await push([job], tools, options, emit);
    if (result === undefined) throw new Error('Expected a result');
    if (result.outcome === 'changed' || result.outcome === 'unchanged') return result;
    const next = 'The new token is in the inventory and the old one has ended: push again';
    return { ...result, reason: `${result.reason ?? ''}\n${next}` };
  }

  #phase(host: string, text: string): void {
    this.#emit({ kind: 'phase', host, phase: 'planned', text });
  }
}

/** The hub shows a token once. */
function lost(error: unknown): never {
  if (!(error instanceof UserError)) throw error;
  throw new UserError(`${error.message}. The new token is lost: enroll the server again`);
}

function withLines(result: HostResult, lines: string | null): HostResult {
  if (lines === null) return result;
  const head = 'The token is on the server, and has to be put into the inventory by hand:';
  return { ...result, reason: [result.reason ?? '', head, lines].join('\n') };
}
