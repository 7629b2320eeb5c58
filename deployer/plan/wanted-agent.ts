import type { HostSettings } from '../inventory/settings/host-settings.ts';

/** What the inventory wants of the agent on one host, and what it leaves to the agent's defaults. */
export type WantedAgent = Pick<HostSettings, 'name' | 'config' | 'sets' | 'takeover'>;
