import type { Arch } from '../../agent/contract/requirements.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';

/** What the inventory wants of the agent on one host, and what it leaves to the agent's defaults. */
export type WantedAgent = Pick<HostSettings, 'name' | 'config' | 'sets' | 'takeover'>;

/** One step of a push on a server, or of a change to the inventory, and why it is needed. */
export interface Step {
  readonly what:
    | 'takeover'
    | 'runtime'
    | 'release'
    | 'config'
    | 'unit'
    | 'service'
    | 'repair'
    | 'inventory';
  readonly text: string;
}

/** What a server lacks; `steps` is empty if it lacks nothing. */
export interface HostPlan {
  readonly kind: 'plan';
  /** The release that is wanted. */
  readonly release: string;
  readonly previous: string | null;
  readonly runtime: string;
  readonly architecture: Arch | null;
  readonly send: { readonly artifact: boolean; readonly runtime: boolean };
  /** The release on the server whose files the new one is made of, where the artifact is not sent. */
  readonly from: string | null;
  readonly steps: readonly Step[];
}

/** A server that cannot run the agent: nothing is sent to it. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reason: string;
}
