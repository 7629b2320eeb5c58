import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { counted } from '../../../agent/contract/amounts.ts';
import type { Context } from '../../context.ts';
import { askHub, type HubServer } from '../../hub/ask-hub.ts';
import { checkHub, type HubCheck } from '../../hub/check-hub.ts';
import { HubError } from '../../hub/hub-client.ts';
import { expandHome } from '../../inventory/expand-home.ts';
import { fileError, UsageError, UserError } from '../../lib/errors.ts';
import { askLine } from '../../ui/ask-line.ts';
import { confirm, isTerminal } from '../../ui/confirm.ts';
import { readSecret } from '../../ui/read-secret.ts';
import { parseApiKey, parseHubUrl } from './answers.ts';
import { parsed } from './init-flags.ts';

/** The hub, its key if there is one, and the servers that it knows. */
export interface HubChoice {
  readonly url: string;
  readonly key: string | undefined;
  readonly servers: readonly HubServer[];
}

export interface HubFlags {
  readonly hub?: string;
  readonly hubCaFile?: string;
  readonly apiKeyFile?: string;
  /** False with `--no-api-key`. */
  readonly apiKey: boolean;
  readonly offline?: boolean;
}

const HUB_MS = 10_000;

/**
 * The hub's address and key, from the flags or asked for, and whether the two fit. What a person typed is asked again
 * if the hub refuses it. Throws UserError when it refuses what the flags say.
 */
export async function chooseHub(context: Context, flags: HubFlags): Promise<HubChoice> {
  let usual = 'http://hub.home.lan:8080';
  for (let first = true; ; first = false) {
    const given = first ? flags : { apiKey: flags.apiKey };
    const url = await hubUrl(context, given, usual);
    const key = await apiKey(context, given);
    if (flags.offline) return { url, key, servers: [] };
    const found = await look(context, url, key, flags);
    context.stderr.write(`${found.words}\n`);
    if (found.good) return { url, key, servers: found.servers };
    if (!isTerminal(context)) {
      if (found.refuses) throw new UserError(`${found.words}. Nothing was written`);
      return { url, key, servers: [] };
    }
    if (!found.refuses && (await confirm(context, 'Use it all the same?'))) {
      return { url, key, servers: [] };
    }
    usual = url;
  }
}

async function hubUrl(context: Context, { hub }: Pick<HubFlags, 'hub'>, usual: string) {
  if (hub !== undefined) return parsed('--hub', () => parseHubUrl(hub));
  return await askLine(context, `Address of the hub [${usual}]: `, line =>
    parseHubUrl(line || usual),
  );
}

async function apiKey(
  context: Context,
  { apiKey, apiKeyFile }: Pick<HubFlags, 'apiKey' | 'apiKeyFile'>,
): Promise<string | undefined> {
  if (!apiKey) return undefined;
  if (apiKeyFile !== undefined) {
    const text = await readKey(context, apiKeyFile);
    return parsed('--api-key-file', () => parseApiKey(text.trim()));
  }
  const { stdin, stderr, signal } = context;
  for (;;) {
    const question = "The hub's API key, not shown (empty: without one for now): ";
    const typed = (await readSecret(question, stdin, stderr, signal)).trim();
    if (typed === '') return undefined;
    try {
      return parseApiKey(typed);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      stderr.write(`  ${error.message}\n`);
    }
  }
}

async function readKey({ cwd, home, stdin }: Context, file: string): Promise<string> {
  if (file === '-') return await readAll(stdin);
  try {
    return await readFile(resolve(cwd, expandHome(file, home)), 'utf8');
  } catch (error) {
    throw new UsageError(
      `Cannot read the API key from ${file} (--api-key-file): ${fileError(error)}`,
    );
  }
}

interface Looked {
  readonly good: boolean;
  readonly refuses: boolean;
  readonly words: string;
  readonly servers: readonly HubServer[];
}

async function look(
  { cwd, home, signal }: Context,
  url: string,
  key: string | undefined,
  { hubCaFile }: HubFlags,
): Promise<Looked> {
  const file = hubCaFile === undefined ? undefined : resolve(cwd, expandHome(hubCaFile, home));
  const ca = file === undefined ? undefined : { file };
  const settings = {
    ...{ hubUrl: '--hub', caFile: '--hub-ca-file', serverGuid: 'the GUID' },
    credential: 'this API key',
  };
  const asking = { ca, timeoutMs: HUB_MS, signal };
  const check = await checkHub(url, { key: key ?? 'none' }, { ...asking, settings });
  if (key === undefined) return withoutKey(url, check);
  if (check.kind === 'unsure') {
    const words = `Not certain from here that ${url} accepts heartbeats: ${check.reason}`;
    return { good: false, refuses: false, words, servers: [] };
  }
  if (check.kind === 'refuses') {
    return { good: false, refuses: true, words: check.reason, servers: [] };
  }
  try {
    const { servers } = await askHub(url, key, { ...asking, keyName: 'this API key' });
    return { good: true, refuses: false, words: accepts(url, servers.length), servers };
  } catch (error) {
    // The listing is a help, no condition.
    if (!(error instanceof HubError)) throw error;
    return { good: true, refuses: false, words: accepts(url, 0), servers: [] };
  }
}

/** A hub that rejects a key is one that answers. */
function withoutKey(url: string, check: HubCheck): Looked {
  if (check.kind !== 'accepts' && check.cause !== 'unauthorized') {
    return { good: false, refuses: check.kind === 'refuses', words: check.reason, servers: [] };
  }
  return { good: true, refuses: false, words: `The hub answers at ${url}`, servers: [] };
}

function accepts(url: string, servers: number): string {
  const known = servers === 0 ? 'no server yet' : counted(servers, 'server');
  return `The hub at ${url} accepts the key, and knows ${known}`;
}
