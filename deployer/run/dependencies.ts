import type { Arch } from '../../agent/contract/requirements.ts';
import type { SentFile } from '../apply/transfer.ts';
import type { Transport } from '../ssh/transport.ts';
import type { RecordFault } from './classify-host-error.ts';

/** The agent as it would be installed now. */
export interface Build {
  readonly version: string;
  /** The text of the artifact's SHA256SUMS. */
  readonly sums: string;
  readonly artifact: SentFile;
  readonly nodeVersion: string;
  /** Whether this program checks configurations as this very build does: the two are made of the same sources. */
  readonly sameSchema: boolean;
  /** The text of the unit inside the artifact; only a diff asks for it. */
  unit(): Promise<string>;
}

/** Where the files that servers get come from. */
export interface ArtifactSource {
  /** Makes or finds the artifact, before any server is asked. */
  build(): Promise<Build>;
  /** Makes or finds a runtime's archive; asked for only if a server lacks it. Throws UserError if it cannot be had. */
  runtime(arch: Arch): Promise<SentFile>;
}

/** What a push depends on, so that a test can replace each. */
export interface PushDependencies extends ArtifactSource {
  readonly transport: Transport;
  readonly recordFault: RecordFault;
  /** Milliseconds on a monotonic clock. */
  now(): number;
  sleep(ms: number): Promise<void>;
}
