import { environmentConfig } from '../../../../agent/config/environment-config.ts';
import { loadConfig } from '../../../../agent/config/load-config.ts';
import { parseConfig } from '../../../../agent/config/parse-config.ts';
import type { MessageCase } from './causes.ts';

const GOOD = 'hub_url: http://hub:8080\nserver_id: nas-1\napi_key: k\n';
const FILE = '/etc/homelab-agent/config.yaml';

/** What the agent says of this text. */
function read(text: string): string {
  return refused(() => parseConfig(text, FILE));
}

function refused(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'accepted';
}

/** A config.yaml that was edited by hand on a server. */
export const agentConfig: readonly MessageCase[] = (
  [
    [
      'an empty file',
      () => read(''),
      '/etc/homelab-agent/config.yaml:1:1: Expected `key: value` lines, found an empty file',
    ],
    [
      'a list',
      () => read('- a\n'),
      '/etc/homelab-agent/config.yaml:1:1: Expected `key: value` lines, found something else',
    ],
    [
      'a misspelled key',
      () => read(`${GOOD}heartbeat_intervall: 60\n`),
      '/etc/homelab-agent/config.yaml:4:1: heartbeat_intervall: Unknown key: did you mean heartbeat_interval?',
    ],
    [
      'a key like none',
      () => read(`${GOOD}colour: blue\n`),
      '/etc/homelab-agent/config.yaml:4:1: colour: Unknown key: see config.yaml.example for the keys',
    ],
    [
      'a key that is missing',
      () => read('server_id: nas-1\napi_key: k\n'),
      '/etc/homelab-agent/config.yaml:1:1: hub_url: Expected a URL that starts with http:// or https://, such as "http://hub.home.lan:8080", found nothing',
    ],
    [
      'no credential',
      () => read('hub_url: http://hub:8080\nserver_id: nas-1\n'),
      "/etc/homelab-agent/config.yaml:1:1: api_key: Expected the hub's shared key here, or a token in api_token, found neither",
    ],
    [
      'a wrong value',
      () => read(`${GOOD}log_level: loud\n`),
      '/etc/homelab-agent/config.yaml:4:12: log_level: Expected error, warning, info or debug, found "loud"',
    ],
    [
      'a key twice',
      () => read(`${GOOD}mode: readonly\nmode: readwrite\n`),
      '/etc/homelab-agent/config.yaml:5:1: This key is set twice; keep one',
    ],
    [
      'a tab',
      () => read('hub_url: http://h\n\tserver_id: a\n'),
      '/etc/homelab-agent/config.yaml:2:1: A tab indents this line; use spaces',
    ],
    [
      'a quote without its end',
      () => read('hub_url: "http://h\nserver_id: a\napi_key: k\n'),
      '/etc/homelab-agent/config.yaml:1:10: Expected a closing " for the " that begins here, found none: add it',
    ],
    [
      'a bracket without its end',
      () => read(`${GOOD}monitored_services: [ssh,\nmode: readonly\n`),
      '/etc/homelab-agent/config.yaml:4:21: Expected a closing ] for the [ that begins here, found none: add it',
    ],
    [
      'two values on a line',
      () => read(`${GOOD}mode: readonly: yes\n`),
      '/etc/homelab-agent/config.yaml:4:7: A second `key: value` on one line; put the text in quotes',
    ],
    [
      'a missing colon',
      () => read('hub_url http://hub:8080\nserver_id: nas-1\n'),
      '/etc/homelab-agent/config.yaml:1:1: Expected a `key: value` line, found none; add the colon and a space',
    ],
    [
      'an at sign',
      () => read(`${GOOD}root_mount: @srv\n`),
      '/etc/homelab-agent/config.yaml:4:13: A text cannot begin with this character; put it in quotes',
    ],
    [
      'an unknown tag',
      () => read(`${GOOD}mode: !x readonly\n`),
      '/etc/homelab-agent/config.yaml:4:7: An unknown tag (`!name`); write the plain value',
    ],
    [
      'two documents',
      () => read(`${GOOD}---\nmode: readonly\n`),
      '/etc/homelab-agent/config.yaml:4:1: A second document (`---`) begins here; keep one',
    ],
    [
      'a wrong variable of the environment',
      () => refused(() => environmentConfig({ HOMELAB_AGENT_HUB_URL: 'hub' }, 'nas-1')),
      'HOMELAB_AGENT_HUB_URL: Expected a URL that starts with http:// or https://, such as "http://hub.home.lan:8080", found "hub"\nHOMELAB_AGENT_API_KEY: Expected the hub\'s shared key here, or a token in HOMELAB_AGENT_API_TOKEN, found neither',
    ],
    [
      'no file at all',
      async () => {
        try {
          await loadConfig('/nonexistent/config.yaml', {}, 'nas-1');
        } catch (error) {
          return error instanceof Error ? error.message : '';
        }
        return 'accepted';
      },
      '/nonexistent/config.yaml: No such file: the agent needs at least hub_url, server_id and api_key (see config.yaml.example beside the agent)',
    ],
  ] as const
).map(([name, cause, says]) => ({ name, cause, says }));
