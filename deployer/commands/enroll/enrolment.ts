import { setTimeout } from 'node:timers/promises';
import { HubAdmin, type IssuedToken } from '../../hub/hub-admin.ts';
import { HubError } from '../../hub/hub-client.ts';
import { planHostEdit } from '../../inventory/edit/host-edit.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { Secret } from '../../inventory/secret.ts';
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
/** Seconds in which a heartbeat is collected, sent and answered. */
const SENDING = 3;

/** What a server is checked with before it has a token. */
const NO_TOKEN = new Secret('none yet');
const NO_GUID = '00000000-0000-4000-8000-000000000000';

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
    // A server that cannot take the token now would be left with one that has ended.
    const check = await this.#push(server, { guid: guid ?? NO_GUID, token: NO_TOKEN }, true);
    if (check.outcome !== 'changed') return check;
    try {
      if (kind === 'rotate') await this.#betweenBeats(server);
      this.#access.signal.throwIfAborted();
    } catch (error) {
      if (!this.#access.signal.aborted) throw error;
      return { ...blank, outcome: 'skipped', reason: 'Interrupted before its token changed' };
    }
    this.#phase(name, kind === 'rotate' ? 'rotates the token' : 'claims a token');
    return await this.#exchange(server, kind === 'rotate' ? guid : null);
  }

  /** From the hub into the inventory and onto the server; not interrupted, as the token before ends with the first step. */
  async #exchange(server: Server, rotated: string | null): Promise<HostResult> {
    const { name } = server.settings;
    const admin = new HubAdmin(server.settings, new AbortController().signal);
    try {
      const issued =
        rotated === null ? await admin.claim(server.settings, name) : await admin.rotate(rotated);
      const lines = await this.#write(name, issued).catch(lost);
      return withLines(await this.#activate(server, issued), lines);
    } catch (error) {
      if (!(error instanceof UserError || error instanceof HubError)) throw error;
      // A hub that does not answer may have done it.
      const next =
        error instanceof HubError && !error.answered
          ? '. Its token may have ended: enroll it again'
          : '';
      return { ...blankResult(name), reason: `${error.message}${next}` };
    }
  }

  /** A token ends with its rotation: that falls between two heartbeats, if there is time enough between them. */
  async #betweenBeats(server: Server): Promise<void> {
    const { name, runtime } = server.settings;
    const answer = await askHost(server, this.#access, connection =>
      readFacts(connection, { runtime }, this.#access.signal),
    );
    const seconds = answer.kind === 'answer' ? secondsToWait(answer.value) : 0;
    if (seconds === 0) return;
    this.#phase(name, 'waits for the next heartbeat, so that none falls into the rotation');
    await setTimeout(seconds * 1_000, undefined, { signal: this.#access.signal });
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

  async #activate(server: Server, issued: IssuedToken): Promise<HostResult> {
    const result = await this.#push(server, issued, false);
    if (result.outcome === 'changed' || result.outcome === 'unchanged') return result;
    const next = 'The new token is in the inventory and the old one has ended: push again';
    return { ...result, reason: `${result.reason ?? ''}\n${next}` };
  }

  async #push(
    { settings, target }: Server,
    { guid, token }: IssuedToken,
    check: boolean,
  ): Promise<HostResult> {
    const config = { ...settings.config, server_guid: guid, api_token: token };
    // As the inventory has it now.
    const sets = new Set([...settings.sets, 'server_guid', 'api_token']);
    const job = jobOf({ settings: { ...settings, config, sets }, target }, new Map());
    const tools = {
      ...this.#source,
      ...this.#access,
      now: () => performance.now(),
      sleep: setTimeout<void>,
    };
    // Not that of Ctrl-C: the token before has ended, so this one has to come to the server.
    const signal = check ? this.#access.signal : new AbortController().signal;
    const options = {
      ...{ check, diff: false, forks: 1, serial: [], maxFail: null, awaitBeat: true },
      ...{ by: this.#options.by, signal },
      // The old token may have ended: the new one has to be written.
      ...{ confirm: async () => true, acceptsStorage: async () => true },
    };
    // The end of this part is not the end of the enrolment.
    const emit: Emit = event => {
      if (event.kind !== 'done' && !check) this.#emit(event);
    };
    const [result] = await push([job], tools, options, emit);
    if (result === undefined) throw new Error('Expected a result');
    return result;
  }

  #phase(host: string, text: string): void {
    this.#emit({ kind: 'phase', host, phase: 'planned', text });
  }
}

/**
 * Seconds until a rotation can begin, so that a heartbeat which is due soon comes before it. 0 where heartbeats come too
 * often for that, or are not accepted now, and for an agent that does not say when its next one is due.
 */
export function secondsToWait({ status, time }: Pick<Facts, 'status' | 'time'>): number {
  if (status?.last_answer !== 'accepted' || status.interval <= 2 * WINDOW) return 0;
  const left = Date.parse(status.next_due ?? '') / 1_000 - time;
  // One that was due just now is being collected and sent.
  return left >= -SENDING && left <= WINDOW ? left + SENDING : 0;
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
