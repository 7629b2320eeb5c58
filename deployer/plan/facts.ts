import type { Arch } from '../../agent/contract/requirements.ts';
import type { Status } from '../../agent/contract/status.ts';

/** A file's content and permissions. */
export interface FileFact {
  readonly sha256: string;
  /** Octal, such as `640`. */
  readonly mode: string;
  /** `root:homelab-agent` */
  readonly owner: string;
}

export interface ServiceFact {
  /** `active`, `inactive`, `failed`, `activating` …, systemd's own words. */
  readonly active: string;
  /** `enabled`, `disabled`, or empty if there is no unit. */
  readonly enabled: string;
  /** 0 if nothing runs. */
  readonly mainPid: number;
  readonly restarts: number;
  readonly needsReload: boolean;
}

/** What the configuration on a server sets, as far as the probe reads it; of a secret `yes`. */
export interface SettingsFact {
  readonly values: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** Keys that are set in a way that the probe does not read; `file` if that goes for lines of their own. */
  readonly odd: readonly string[];
}

/** Of the facts, those that show how an installation ended. */
export interface InstallState
  extends Pick<Facts, 'current' | 'activating' | 'receiving' | 'status'> {
  readonly service: Pick<ServiceFact, 'active'>;
}

/** One server, as the probe found it. */
export interface Facts {
  /** What it lacks to run the agent, a sentence each. */
  readonly problems: readonly string[];
  /** Why its storage should be repaired before anything is written there, a sentence each. */
  readonly storageFaults: readonly string[];
  /** What the installer would fix beside the release's own files: the user, files of an interrupted run. */
  readonly repairs: readonly string[];
  /** The processor as Node names it; null if there is no official Node for it. */
  readonly arch: Arch | null;
  /** As `uname -m` prints it: `x86_64`, `aarch64`, `armv7l` … */
  readonly machine: string;
  /** `glibc 2.36`; null if the C library is another. */
  readonly libc: string | null;
  /** The server's wall clock in seconds since 1970. */
  readonly time: number;
  /** KiB where /opt/homelab-agent is or will be, and beside it what is sent. */
  readonly freeKiB: number | null;
  /** Why what has to be sent does not fit there; null if it does. */
  readonly full: string | null;
  /** The name of the wanted release and of its runtime; null if no release was asked about. */
  readonly wanted: { readonly release: string; readonly runtime: string } | null;
  readonly current: string | null;
  readonly previous: string | null;
  /** Name of the current release's runtime, or `system`. */
  readonly currentRuntime: string | null;
  readonly nodeRunnable: boolean;
  /** Whether every file of the current release still is what its SHA256SUMS says. */
  readonly intact: boolean;
  /** An installer is running, or was interrupted. */
  readonly activating: boolean;
  /** The directory of the transfer that was asked about is there: its installer has not ended. */
  readonly receiving: boolean;
  readonly releases: readonly { readonly name: string; readonly sumsSha256: string }[];
  readonly runtimes: readonly string[];
  readonly config: FileFact | null;
  readonly unit: FileFact | null;
  /** Null if the configuration is the wanted one, or there is none. */
  readonly settings: SettingsFact | null;
  /** The identity that our agent keeps for its next start; asked for with the settings. */
  readonly kept: { readonly serverId: string; readonly serverGuid: string } | null;
  readonly service: ServiceFact;
  readonly status: Status | null;
  /** What another agent under our service's name runs, such as the hub's own in Python; null if there is none. */
  readonly formerAgent: string | null;
  /** Only when a diff was asked for. */
  readonly texts: { readonly config: string | null; readonly unit: string | null };
}
