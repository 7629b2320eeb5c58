import { keys } from './keys.ts';

/**
 * The server_id that a host's name gives. A name that is a valid id stays as it is; any other is converted by the hub's
 * own rule, so that `nas.home.lan` is `nas-home-lan`. Empty where nothing of the name is left.
 */
export function toServerId(name: string): string {
  if (keys.server_id.pattern.test(name)) return name;
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/-{2,}/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 100);
}
