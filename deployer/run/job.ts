import type { WantedAgent } from '../plan/plan.ts';
import type { Target } from '../ssh/transport.ts';

/** One server of a push: how to reach it, and what it should have. */
export interface Job {
  readonly name: string;
  readonly target: Target;
  /** The rendered config.yaml. */
  readonly config: string;
  readonly agent: WantedAgent;
  readonly runtime: 'bundled' | 'system';
  readonly gateSeconds: number;
  readonly requireBeat: boolean;
  readonly keepReleases: number;
  readonly despiteStorage: boolean;
  readonly optional: boolean;
  /** Why the hub would refuse its heartbeats, as far as it was asked before: such a server is not touched. */
  readonly refusal: string | null;
}

/** The installer's own limit for the wait for a beat. */
const BEAT_MS = 90_000;

/** How long the gate waits. */
export function gateMs({ gateSeconds, requireBeat }: Job): number {
  return gateSeconds * 1_000 + (requireBeat ? BEAT_MS : 0);
}
