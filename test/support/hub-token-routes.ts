import { shownCredential } from './hub-credentials.ts';
import { json, type Reply } from './hub-faults.ts';
import { type ApiRequest, asObject, type Hub, invalid, type Route, step } from './hub-route.ts';

/** How servers get tokens of their own, and lose them. */
export const tokenRoutes: Route[] = [
  ['POST', /^\/agents\/register\/tokens$/, createToken],
  ['POST', /^\/agents\/register\/claim$/, claim, true],
  ['GET', new RegExp(`^/agents/register/credentials/${step}$`), showCredential],
  ['POST', new RegExp(`^/agents/register/credentials/${step}/rotate$`), rotate],
  ['POST', new RegExp(`^/agents/register/credentials/${step}/revoke$`), revoke],
];

function createToken({ credentials }: Hub, { body, now }: ApiRequest): Reply {
  const { expiry_minutes = 15 } = asObject(body);
  const minutes = Number(expiry_minutes);
  if (minutes < 5 || minutes > 60) {
    const [type, word, ge] = minutes < 5 ? ['greater', 'ge', 5] : ['less', 'le', 60];
    const msg = `Input should be ${type} than or equal to ${ge}`;
    return invalid('expiry_minutes', `${type}_than_equal`, msg, minutes, { [word]: ge });
  }
  return json(200, credentials.register(asObject(body), now));
}

function claim({ credentials }: Hub, { body, now }: ApiRequest): Reply {
  const { token, server_id, hostname } = asObject(body);
  if (String(token).length < 40) {
    const msg = 'String should have at least 40 characters';
    return invalid('token', 'string_too_short', msg, token, { min_length: 40 });
  }
  const claimed = credentials.claim(String(token), String(server_id), String(hostname), now);
  if ('refused' in claimed) return json(400, { detail: claimed.refused });
  return json(200, { success: true, ...claimed, error: null });
}

function showCredential({ credentials }: Hub, _: ApiRequest, [guid = '']: string[]): Reply {
  const credential = credentials.active(guid);
  if (credential === undefined) return json(404, { detail: 'Credential not found' });
  return json(200, shownCredential(credential));
}

function rotate({ credentials }: Hub, _: ApiRequest, [guid = '']: string[]): Reply {
  const api_token = credentials.rotate(guid);
  if (api_token === undefined) return noCredential();
  const prefix = api_token.slice(0, 20);
  return json(200, {
    success: true,
    server_guid: guid,
    api_token,
    api_token_prefix: prefix,
    error: null,
  });
}

function revoke({ credentials }: Hub, _: ApiRequest, [guid = '']: string[]): Reply {
  if (!credentials.revoke(guid)) return noCredential();
  return json(200, { success: true, server_guid: guid, error: null });
}

function noCredential(): Reply {
  return json(404, { detail: 'No active credential found for server' });
}
