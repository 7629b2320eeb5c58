/** Everything that can go wrong with the hub, and its messages: the same in the agent and in the deployer. */
import type { HubCause } from './hub-causes.ts';
import { type HubReply, saidIn } from './hub-reply.ts';
import { quoted } from './plain-text.ts';

/** The names of the settings for a message: the agent's keys, or the variables of an inventory. */
export interface HubSettings {
  readonly hubUrl: string;
  readonly caFile: string;
  readonly serverGuid: string;
  /** Of the key or token that the request carried. */
  readonly credential: string;
}

export interface HubErrorContext {
  /** What was asked. */
  readonly url: URL;
  readonly settings: HubSettings;
  /** The reply, for the causes that one has. */
  readonly reply?: HubReply;
  /** What the client calls the error, for those who search for it. */
  readonly code?: string | undefined;
}

/** One line: what is wrong, and what to do next. Text from outside is quoted, without control characters. */
export function hubErrorWords(cause: HubCause, context: HubErrorContext): string {
  const code = context.code === undefined ? '' : ` (${context.code})`;
  return `${words[cause](context)}${code}`;
}

const words: Record<HubCause, (context: HubErrorContext) => string> = {
  'refused-connection': ({ url, settings }) =>
    `Connection refused by ${url.host}: check that the hub runs there, and ${settings.hubUrl}`,
  'unknown-host': ({ url, settings }) =>
    `Unknown host name ${url.hostname}: check DNS, and ${settings.hubUrl}`,
  'no-name-server': ({ url }) => `No DNS server answers for ${url.hostname}: check the network`,
  unreachable: ({ url, settings }) =>
    `No route to ${url.hostname}: check the network, and ${settings.hubUrl}`,
  timeout: ({ url, settings }) =>
    `No answer from ${url.host} in time: check that the hub runs there, and ${settings.hubUrl}`,
  'connection-lost': ({ url, settings }) =>
    `${url.host} closed the connection without a whole reply: look at the hub's log${
      url.protocol === 'http:' ? `, or set ${settings.hubUrl} to https:// if it expects TLS` : ''
    }`,
  'connection-failed': ({ url, settings }) =>
    `Cannot connect to ${url.host}: check the network, and ${settings.hubUrl}`,

  'tls-untrusted': ({ url, settings }) =>
    `Untrusted certificate issuer at ${url.host}: set ${settings.caFile} to the issuer's certificate`,
  'tls-expired': ({ url }) => `The certificate of ${url.host} has expired: renew it`,
  'tls-not-yet-valid': ({ url }) =>
    `The certificate of ${url.host} is not valid yet: check the clock of both machines`,
  'tls-wrong-name': ({ url, settings }) =>
    `The certificate of ${url.host} is for another name: set ${settings.hubUrl} to a name that it has`,
  'tls-failed': ({ url }) =>
    `No TLS connection to ${url.host}: check the TLS settings of the hub, or of the proxy before it`,
  'not-tls': ({ url, settings }) =>
    `${url.host} does not speak TLS: set ${settings.hubUrl} to http://`,
  'needs-tls': ({ url, settings }) => `${url.host} expects TLS: set ${settings.hubUrl} to https://`,

  'not-http': ({ url, settings }) => `${url.host} does not answer in HTTP: ${ownAddress(settings)}`,
  'too-large': ({ url, settings }) =>
    `The reply of ${url.host} is too large to be the hub's: ${ownAddress(settings)}`,

  unauthorized: ({ reply, settings }) =>
    `401 Unauthorized${said(reply)}. The hub does not accept ${settings.credential}: set the value that the hub has`,
  forbidden: ({ reply }) =>
    `403 Forbidden${said(reply)}. The server was removed on the hub: activate it there again, or uninstall the agent`,
  conflict: ({ reply, settings }) =>
    `409 Conflict${said(reply)}. Another GUID is registered for this server_id: set ${settings.serverGuid} to that one, or remove the server on the hub`,
  rejected: ({ reply }) =>
    `422 Unprocessable${said(reply)}. The hub expects other values than were sent: update the hub or the agent, whichever is older`,
  redirected: ({ reply, settings }) => {
    const to = reply?.headers.location;
    return `${reply?.status}: redirected${to === undefined ? '' : ` to ${quoted(to)}`}, not followed. Set ${settings.hubUrl} to the hub's own address`;
  },
  'not-the-hub': ({ reply, settings }) =>
    `${found(reply)}, which is not the hub's reply: ${ownAddress(settings)}`,
  'server-error': ({ reply }) => `${found(reply)}: ${look}`,
  'unexpected-status': ({ reply }) => `Unexpected reply, ${found(reply)}: ${look}`,
};

const look = 'look at the log of the hub, or of the proxy before it';

function ownAddress({ hubUrl }: HubSettings): string {
  return `set ${hubUrl} to the hub's own address and port, by default 8080`;
}

/** The hub's own message. */
function said(reply: HubReply | undefined): string {
  const text = reply === undefined ? undefined : saidIn(reply);
  return text === undefined ? '' : `: ${text}`;
}

/** Such as `404 with text/html`. */
function found(reply: HubReply | undefined): string {
  const header = reply?.headers['content-type'] ?? '';
  const type = /^[\w.+-]{1,40}\/[\w.+-]{1,80}/.exec(header)?.[0] ?? 'no type';
  return `${reply?.status} with ${type}${said(reply)}`;
}
