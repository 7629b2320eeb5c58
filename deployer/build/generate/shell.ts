import { effectiveKeys, keys } from '../../../agent/contract/keys.ts';
import { places } from '../../../agent/contract/places.ts';
import { requirements } from '../../../agent/contract/requirements.ts';

/** The shell's name for each place. */
const PLACES: Readonly<Record<keyof typeof places, string>> = {
  base: 'BASE',
  releases: 'RELEASES',
  current: 'CURRENT',
  previous: 'PREVIOUS',
  runtimes: 'RUNTIMES',
  takeover: 'TAKEOVER',
  activating: 'ACTIVATING',
  configDir: 'CONFIG_DIR',
  config: 'CONFIG',
  unit: 'UNIT_FILE',
  unitName: 'UNIT',
  user: 'AGENT_USER',
  state: 'STATE_DIR',
  status: 'STATUS',
  lock: 'LOCK',
  command: 'AGENT_COMMAND',
  journalTag: 'TAG',
  incoming: 'INCOMING',
};

/** contract.sh: the places on a server, and what it must have, for install-agent.sh and the probe. */
export function shellContract(): string {
  const lines = [
    ...Object.entries(PLACES).map(([key, name]) => [name, places[key as keyof typeof places]]),
    ['NODE_WANTED', requirements.node],
    ['GLIBC_WANTED', requirements.glibc],
    ['COMMANDS_WANTED', `'${requirements.commands.join(' ')}'`],
    ['CONFIG_KEYS', `'${effectiveKeys.join(' ')}'`],
    ['CONFIG_SECRETS', `'${effectiveKeys.filter(key => 'secret' in keys[key]).join(' ')}'`],
  ];
  return [
    '# --- Places and requirements: generated from agent/contract/ by "npm run generate" ---',
    ...lines.map(([name, value]) => `readonly ${name}=${value}`),
    '',
    '',
  ].join('\n');
}
