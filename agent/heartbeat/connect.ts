import { connect, isIP, type LookupFunction } from 'node:net';
import type { Config } from '../contract/keys.ts';
import type { Connect } from './post.ts';

/** How to connect to the hub. TLS and DNS are loaded only if they are used. */
export async function connectFor({
  hub_url,
  ca_file,
}: Pick<Config, 'hub_url' | 'ca_file'>): Promise<Connect> {
  const lookup = await lookupFor(new URL(hub_url).hostname);
  if (!hub_url.startsWith('https:')) return address => connect({ ...address, ...lookup });
  const { secureConnect } = await import('./secure-connect.ts');
  return secureConnect(ca_file, lookup);
}

async function lookupFor(host: string): Promise<{ readonly lookup?: LookupFunction }> {
  if (isIP(host.replace(/^\[|\]$/g, '')) > 0) return {};
  const [dns, { sharedLookup }] = await Promise.all([
    import('node:dns'),
    import('./shared-lookup.ts'),
  ]);
  return { lookup: sharedLookup(dns.lookup) };
}
