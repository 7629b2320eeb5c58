import type { Outcome } from './outcome.ts';

/** Puts a connection's error into words for someone who has to mend it. */
export function failureOf(error: unknown, url: URL): Outcome {
  const { cause, words } = describe(error, url);
  return { kind: 'failed', answered: false, cause, words };
}

function describe(error: unknown, url: URL): { cause: string; words: string } {
  const code = codeOf(error);
  const host = url.hostname;
  const known: Record<string, string> = {
    ECONNREFUSED: `Nothing listens at ${url.host}. Is the hub running, and hub_url right?`,
    ENOTFOUND: `No name server knows ${host}`,
    EAI_AGAIN: `No name server answers for ${host}`,
    ETIMEDOUT: `No answer from ${url.host}`,
    EHOSTUNREACH: `No route to ${host}`,
    ENETUNREACH: `No network to reach ${host}`,
    ECONNRESET: `${url.host} closed the connection without a whole reply`,
    EPIPE: `${url.host} closed the connection without a whole reply`,
    ERR_SSL_WRONG_VERSION_NUMBER: `${url.host} does not speak TLS: hub_url should begin with http://`,
    CERT_HAS_EXPIRED: `The certificate of ${url.host} has expired`,
    CERT_NOT_YET_VALID: `The certificate of ${url.host} is not valid yet: is this clock right?`,
    ERR_TLS_CERT_ALTNAME_INVALID: `The certificate of ${url.host} is for another name`,
  };
  const untrusted = `The certificate of ${url.host} is signed by nobody this agent trusts: set ca_file to its authority's certificate`;
  const words = known[code] ?? (distrust.includes(code) ? untrusted : messageOf(error));
  return {
    cause: code === '' ? messageOf(error) : code,
    words: code ? `${words} (${code})` : words,
  };
}

const distrust = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_VERIFY_FIRST_CERTIFICATE',
];

/** Of several addresses that were all tried, the first one's error is told. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const inner = error instanceof AggregateError ? error.errors[0] : undefined;
  const code = 'code' in error ? error.code : undefined;
  return String(inner?.code ?? code ?? codeOf(error.cause));
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message || 'The connection failed').replace(/\s+/g, ' ').slice(0, 200);
}
