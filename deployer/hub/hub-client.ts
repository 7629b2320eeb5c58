import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Agent } from 'undici';
import type { HubCause } from '../../agent/contract/hub-causes.ts';
import {
  type HubErrorContext,
  type HubSettings,
  hubErrorWords,
} from '../../agent/contract/hub-errors.ts';
import { causeOfReply, type HubReply } from '../../agent/contract/hub-reply.ts';
import { causeOfError, codeOf } from '../../agent/contract/network-errors.ts';
import { fileError, UserError } from '../lib/errors.ts';

/** The hub gave no usable reply; `answered` where there was a complete reply, though a wrong one. */
export class HubError extends Error {
  override name = 'HubError';
  readonly kind: HubCause;
  readonly answered: boolean;

  constructor(kind: HubCause, about: HubErrorContext, options?: ErrorOptions) {
    super(hubErrorWords(kind, about), options);
    this.kind = kind;
    this.answered = about.reply !== undefined;
  }
}

export interface HubClientOptions {
  /** The names of the settings, for error messages. */
  readonly settings: HubSettings;
  /** Milliseconds for a whole exchange. */
  readonly timeoutMs: number;
  /** The certificates of a private authority, as PEM text or in a file; without it, those that come with Node. */
  readonly ca?: { readonly pem: string } | { readonly file: string } | undefined;
  /** Accepts any certificate; for requests without a secret. */
  readonly unverified?: true;
}

export interface HubRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/** A listing of many servers has some MB. */
const MAX_REPLY = 8 * 1024 * 1024;
/** An address of several that does not answer (a dead IPv6 route) is left for the next after this long. */
const ATTEMPT_MS = 2_500;

/** Requests to the hub's API. To be closed, as it keeps connections for the next request. */
export class HubClient implements AsyncDisposable {
  readonly #agent: Agent;
  readonly #options: HubClientOptions;

  private constructor(agent: Agent, options: HubClientOptions) {
    this.#agent = agent;
    this.#options = options;
  }

  /** Throws UserError when `ca` cannot be read or holds no certificate. */
  static async open(options: HubClientOptions): Promise<HubClient> {
    // Loaded here, because loading it takes longer than many commands; by its default export, as a bundle has only that.
    const { Agent } = (await import('undici')).default;
    const { ca, timeoutMs, unverified } = options;
    const agent = new Agent({
      connect: {
        timeout: timeoutMs,
        ...(ca && { ca: await certificates(ca) }),
        ...(unverified && { rejectUnauthorized: false }),
      },
      autoSelectFamilyAttemptTimeout: ATTEMPT_MS,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: MAX_REPLY,
      allowH2: false,
    });
    return new HubClient(agent, options);
  }

  /**
   * One exchange; no redirect is followed, so that the key is sent nowhere else.
   * Throws HubError when no whole reply came, or the signal's reason.
   */
  async request(
    url: URL,
    { method = 'GET', headers, body, signal }: HubRequest,
  ): Promise<HubReply> {
    const { timeoutMs, settings } = this.#options;
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    try {
      const reply = await this.#agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers: { ...type, ...headers },
        ...sent,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      return {
        status: reply.statusCode,
        headers: {
          date: text(reply.headers['date']),
          location: text(reply.headers['location']),
          'content-type': text(reply.headers['content-type']),
        },
        body: await reply.body.text(),
      };
    } catch (cause) {
      signal.throwIfAborted();
      const found = causeOfClientError(cause);
      throw new HubError(found.cause, { url, settings, code: found.code }, { cause });
    }
  }

  /** The error to throw for a reply that is not usable. */
  errorOf(url: URL, reply: HubReply): HubError {
    return new HubError(causeOfReply(reply), { url, settings: this.#options.settings, reply });
  }

  /** Ends its connections, those with a request under way as well. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }
}

/** undici's own codes, or the name where it gives none; all others are Node's. */
const byCode: Readonly<Record<string, HubCause>> = {
  TimeoutError: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_SOCKET: 'connection-lost',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connection-lost',
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'too-large',
  HTTPParserError: 'not-http',
};

function causeOfClientError(error: unknown): { cause: HubCause; code: string | undefined } {
  const code = codeOf(error) ?? (error instanceof Error ? error.name : '');
  const cause = byCode[code];
  return cause === undefined ? causeOfError(error) : { cause, code };
}

async function certificates(ca: NonNullable<HubClientOptions['ca']>): Promise<string> {
  const where = 'file' in ca ? ca.file : 'the text of a certificate';
  try {
    const pem = 'file' in ca ? await readFile(ca.file, 'utf8') : ca.pem;
    // Throws if there is no certificate; a TLS context would accept any text.
    new X509Certificate(pem);
    return pem;
  } catch (cause) {
    // A system error has such a code, OpenSSL's have others.
    if (/^E[A-Z]+$/.test(codeOf(cause) ?? '')) {
      throw new UserError(`Cannot read the certificates in ${where}: ${fileError(cause)}`, {
        cause,
      });
    }
    const next = "name the file with that of the hub's authority";
    throw new UserError(`Expected certificates (PEM) in ${where}, found none: ${next}`, { cause });
  }
}

function text(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
