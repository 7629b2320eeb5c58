import type { Random } from '../random.ts';
import type { World } from './world.ts';

/** Removes what was caused. */
export type Remove = () => void | Promise<void>;

/** Something that goes wrong on an agent's server, or at its hub. */
export interface AgentFault {
  readonly name: string;
  readonly expected: string;
  readonly times: number;
  /**
   * What becomes of the beats while it lasts: they go on; they are sent afterwards; or, where the process stands still,
   * ends or may drop them, nothing is asked.
   */
  readonly beats: 'go on' | 'are sent later' | 'may be missed';
  /** Whether the process may end, or has to. Without it, it has to be the same afterwards. */
  readonly restart?: 'may' | 'must';
  /** Intervals that it lasts, at least and at most. */
  readonly lasts?: readonly [number, number];
  /** Intervals until a beat is accepted again; 3 unless it takes longer. */
  readonly recovers?: number;
  /** MB by which the anonymous memory may be larger afterwards, where that is more than V8's usual gaps. */
  readonly memory?: number;
  /** Before the agent starts. */
  prepare?(world: World): void | Promise<void>;
  cause(world: World, random: Random): Remove | Promise<Remove>;
  /** What has to be so at the end of it, beside the beats; throws if it is not. */
  check?(world: World): void;
  /** What the last beat has to say again afterwards. */
  recovered?(body: Readonly<Record<string, unknown>>): boolean;
}
