import type { HubCause } from './hub-causes.ts';
import { plain } from './plain-text.ts';

/** What an error of Node's sockets, TLS or HTTP parser means. `code` is what it is called. */
export function causeOfError(error: unknown): { cause: HubCause; code: string | undefined } {
  const code = codeOf(error);
  if (code === undefined) return { cause: 'connection-failed', code: messageOf(error) };
  return { cause: byCode[code] ?? byFamily(code), code };
}

const byCode: Readonly<Record<string, HubCause>> = {
  ECONNREFUSED: 'refused-connection',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'no-name-server',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'connection-lost',
  EPIPE: 'connection-lost',
  HPE_HEADER_OVERFLOW: 'too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'too-large',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-wrong-name',
  CERT_UNTRUSTED: 'tls-untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted',
};

function byFamily(code: string): HubCause {
  if (code.startsWith('HPE_')) return 'not-http';
  return /^(?:ERR_SSL_|ERR_TLS_|CERT_)/.test(code) ? 'tls-failed' : 'connection-failed';
}

/** Of several addresses that were all tried, the first one's error counts. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner = error instanceof AggregateError ? codeOf(error.errors[0]) : undefined;
  const code = 'code' in error ? error.code : undefined;
  return inner ?? (typeof code === 'string' ? code : codeOf(error.cause));
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return plain(message.replace(/\s+/g, ' ').slice(0, 200));
}
