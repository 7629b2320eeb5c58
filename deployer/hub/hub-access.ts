import type { HubSettings } from '../../agent/contract/hub-errors.ts';
import type { Secret } from '../inventory/secret.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import type { HubClientOptions } from './hub-client.ts';

/** The key with which this machine asks a server's hub, and the variable that holds it; undefined without one. */
export function keyOf({
  config,
  hub,
}: Pick<HostSettings, 'config' | 'hub'>):
  | { readonly key: Secret; readonly name: string }
  | undefined {
  if (hub.apiKey !== undefined) return { key: hub.apiKey, name: 'homelab_deploy_hub_api_key' };
  if (config.api_key === undefined) return undefined;
  return { key: config.api_key, name: 'homelab_agent_api_key' };
}

/** The private authority of a server's hub, for this machine. */
export function authorityOf({ hub }: Pick<HostSettings, 'hub'>): HubClientOptions['ca'] {
  return hub.caFile === undefined ? undefined : { file: hub.caFile };
}

/** An address of the hub's API, such as that of `/servers`. */
export function apiUrl(hubUrl: string, path: string): URL {
  return new URL(`${hubUrl.replace(/\/+$/, '')}/api/v1${path}`);
}

/** The variables of an inventory that concern the hub, for messages. */
export function hubSettings(credential: string): HubSettings {
  return {
    hubUrl: 'homelab_agent_hub_url',
    // Not homelab_agent_ca_file, which names a file on the servers.
    caFile: 'homelab_deploy_hub_ca_file',
    serverGuid: 'homelab_agent_server_guid',
    credential,
  };
}
