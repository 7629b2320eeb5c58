import type { HubCause } from '../../../../agent/contract/hub-causes.ts';
import { hubErrorWords } from '../../../../agent/contract/hub-errors.ts';
import { causeOfReply } from '../../../../agent/contract/hub-reply.ts';
import { causeOfError } from '../../../../agent/contract/network-errors.ts';
import { hubSettings } from '../../../../deployer/hub/hub-access.ts';
import type { MessageCase } from './causes.ts';

const settings = hubSettings('homelab_agent_api_key');
const url = new URL('http://hub.home.lan:8080/api/v1/servers');

function failed(code: string): string {
  const { cause, code: name } = causeOfError(Object.assign(new Error('x'), { code }));
  return hubErrorWords(cause, { url, settings, code: name });
}

function answered(status: number, body = '', headers: Record<string, string> = {}): string {
  const reply = { status, headers, body };
  return hubErrorWords(causeOfReply(reply), { url, settings, reply });
}

function as(cause: HubCause): string {
  return hubErrorWords(cause, { url, settings });
}

const HTML = { 'content-type': 'text/html' };

/** A hub that does not answer, or answers something else than it should. */
export const hub: readonly MessageCase[] = (
  [
    [
      'no hub there',
      () => failed('ECONNREFUSED'),
      'Connection refused by hub.home.lan:8080: check that the hub runs there, and homelab_agent_hub_url (ECONNREFUSED)',
    ],
    [
      'a name that is unknown',
      () => failed('ENOTFOUND'),
      'Unknown host name hub.home.lan: check DNS, and homelab_agent_hub_url (ENOTFOUND)',
    ],
    [
      'no name server',
      () => failed('EAI_AGAIN'),
      'No DNS server answers for hub.home.lan: check the network (EAI_AGAIN)',
    ],
    [
      'no route',
      () => failed('EHOSTUNREACH'),
      'No route to hub.home.lan: check the network, and homelab_agent_hub_url (EHOSTUNREACH)',
    ],
    [
      'no answer',
      () => failed('ETIMEDOUT'),
      'No answer from hub.home.lan:8080 in time: check that the hub runs there, and homelab_agent_hub_url (ETIMEDOUT)',
    ],
    [
      'a connection that ends',
      () => failed('ECONNRESET'),
      "hub.home.lan:8080 closed the connection without a whole reply: look at the hub's log, or set homelab_agent_hub_url to https:// if it expects TLS (ECONNRESET)",
    ],
    [
      'an error of another kind',
      () => failed('EMFILE'),
      'Cannot connect to hub.home.lan:8080: check the network, and homelab_agent_hub_url (EMFILE)',
    ],
    [
      'an unknown issuer',
      () => failed('SELF_SIGNED_CERT_IN_CHAIN'),
      "Untrusted certificate issuer at hub.home.lan:8080: set homelab_deploy_hub_ca_file to the issuer's certificate (SELF_SIGNED_CERT_IN_CHAIN)",
    ],
    [
      'a certificate that has expired',
      () => failed('CERT_HAS_EXPIRED'),
      'The certificate of hub.home.lan:8080 has expired: renew it (CERT_HAS_EXPIRED)',
    ],
    [
      'a certificate that is not valid yet',
      () => failed('CERT_NOT_YET_VALID'),
      'The certificate of hub.home.lan:8080 is not valid yet: check the clock of both machines (CERT_NOT_YET_VALID)',
    ],
    [
      'a certificate for another name',
      () => failed('ERR_TLS_CERT_ALTNAME_INVALID'),
      'The certificate of hub.home.lan:8080 is for another name: set homelab_agent_hub_url to a name that it has (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    [
      'TLS that fails',
      () => failed('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'),
      'No TLS connection to hub.home.lan:8080: check the TLS settings of the hub, or of the proxy before it (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)',
    ],
    [
      'HTTP where TLS is expected',
      () => failed('ERR_SSL_WRONG_VERSION_NUMBER'),
      'hub.home.lan:8080 does not speak TLS: set homelab_agent_hub_url to http:// (ERR_SSL_WRONG_VERSION_NUMBER)',
    ],
    [
      'TLS where HTTP is expected',
      () => as('needs-tls'),
      'hub.home.lan:8080 expects TLS: set homelab_agent_hub_url to https://',
    ],
    [
      'something that is not HTTP',
      () => failed('HPE_INVALID_CONSTANT'),
      "hub.home.lan:8080 does not answer in HTTP: set homelab_agent_hub_url to the hub's own address and port, by default 8080 (HPE_INVALID_CONSTANT)",
    ],
    [
      'a reply that is too large',
      () => as('too-large'),
      "The reply of hub.home.lan:8080 is too large to be the hub's: set homelab_agent_hub_url to the hub's own address and port, by default 8080",
    ],
    [
      'a wrong key',
      () => answered(401, '{"detail":{"code":"UNAUTHORIZED","message":"Invalid API key"}}'),
      '401 Unauthorized: "Invalid API key". The hub does not accept homelab_agent_api_key: set the value that the hub has',
    ],
    [
      'a server that was removed',
      () => answered(403, '{"detail":"inactive"}'),
      '403 Forbidden: "inactive". The server was removed on the hub: activate it there again, or uninstall the agent',
    ],
    [
      'another GUID',
      () => answered(409, '{"detail":"has a different GUID"}'),
      '409 Conflict: "has a different GUID". Another GUID is registered for this server_id: set homelab_agent_server_guid to that one, or remove the server on the hub',
    ],
    [
      'values that the hub rejects',
      () => answered(422, '{"detail":[{"loc":["body","hostname"],"msg":"too long"}]}'),
      '422 Unprocessable: hostname: "too long". The hub expects other values than were sent: update the hub or the agent, whichever is older',
    ],
    [
      'a redirection',
      () => answered(301, '', { location: 'https://hub/' }),
      '301: redirected to "https://hub/", not followed. Set homelab_agent_hub_url to the hub\'s own address',
    ],
    [
      'another page',
      () => answered(200, '<html>', HTML),
      "200 with text/html, which is not the hub's reply: set homelab_agent_hub_url to the hub's own address and port, by default 8080",
    ],
    [
      'a path that is none',
      () => answered(404, '', HTML),
      "404 with text/html, which is not the hub's reply: set homelab_agent_hub_url to the hub's own address and port, by default 8080",
    ],
    [
      'a hub in trouble',
      () => answered(502, '', HTML),
      '502 with text/html: look at the log of the hub, or of the proxy before it',
    ],
    [
      'a reply that nobody expects',
      () => answered(418),
      'Unexpected reply, 418 with no type: look at the log of the hub, or of the proxy before it',
    ],
  ] as const
).map(([name, cause, says]) => ({ name, cause, says }));
