import { connect } from 'node:net';
import type { Config } from '../contract/keys.ts';
import type { Connect } from './address.ts';

/** How to reach the hub. TLS and all that it needs is only loaded for a hub that is asked over it. */
export async function connectFor(config: Pick<Config, 'hub_url' | 'ca_file'>): Promise<Connect> {
  if (!config.hub_url.startsWith('https:')) return connect;
  const { secureConnect } = await import('./secure-connect.ts');
  return secureConnect(config.ca_file);
}
