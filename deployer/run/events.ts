import type { HostResult } from './result.ts';

/** The step of a push on one server. */
export type Phase = 'probing' | 'planned' | 'sending' | 'activating' | 'confirming';

/** Events of a push, for the display. */
export type EngineEvent =
  | { readonly kind: 'phase'; readonly host: string; readonly phase: Phase; readonly text: string }
  | {
      readonly kind: 'progress';
      readonly host: string;
      readonly sent: number;
      readonly total: number;
    }
  /** One thing that the installer changed. */
  | { readonly kind: 'change'; readonly host: string; readonly text: string }
  | { readonly kind: 'done'; readonly result: HostResult }
  /** A message about the run as a whole. */
  | { readonly kind: 'note'; readonly text: string };

export type Emit = (event: EngineEvent) => void;
