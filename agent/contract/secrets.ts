import { keys, variablePrefix } from './keys.ts';
import type { Spec } from './spec.ts';

const secretKeys = new Set(
  Object.entries<Spec>(keys).flatMap(([key, spec]) =>
    'secret' in spec ? [key, variablePrefix + key] : [],
  ),
);

/** Other agents and other roles have secrets, too. */
const SECRET_WORD =
  /(?:^|[_-])(?:api_?key|keys?|token|secret|pass|passwd|password|passphrase|credentials?)(?:[_-]|$)/i;
/** What has such a word in its name and is not the secret itself. */
const NO_SECRET = /[_-](?:file|path|dir|directory|checking|type|name|id|url)$/i;

/** Whether the value of a key or a variable of this name must not be shown. */
export function isSecretName(name: string): boolean {
  return secretKeys.has(name) || (SECRET_WORD.test(name) && !NO_SECRET.test(name));
}
