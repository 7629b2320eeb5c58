import * as z from 'zod/mini';
import type { StorageCode } from './storage.ts';

/** Stable: scripts compare them. */
export type WarningCode =
  /** A collector failed, its figures are null; `subject` is its name. */
  | 'collector-failed'
  /** Parts of the heartbeat were left out, since the hub would reject all of it. */
  | 'element-left-out'
  /** The service's sandbox hides lxcfs: figures are the machine's, not the container's. */
  | 'lxcfs-hidden'
  | 'mac-address-unknown'
  /** Of a file system, `subject` its mount point. */
  | 'filesystem-silent'
  | 'filesystem-unreadable'
  /** `subject` is the sensor's file. */
  | 'sensor-unreadable'
  /** systemd does not know the state of a monitored service, `subject` its name. */
  | 'service-unknown'
  /** apt's configuration holds a file that the agent may not read, `subject`: updates are null. */
  | 'apt-file-unreadable'
  /** There are no package lists: updates are null. */
  | 'apt-lists-missing'
  /** Security updates that a later version in another suite superseded are not counted as such. */
  | 'security-updates-partial'
  /** The last count of updates failed, an earlier one is shown. */
  | 'updates-old'
  /** The package lists have not been fetched for days. */
  | 'apt-lists-old'
  /** Of an array, a pool, a file system or a disk, its `subject`. */
  | StorageCode;

// Not \p{Cc}, for which V8 loads ICU.
const control = String.raw`\x00-\x1f\x7f-\x9f`;
const printable = new RegExp(`^[^${control}]*$`);
const controls = new RegExp(`[${control}]+`, 'g');
const limits = { code: 64, subject: 255, text: 300, count: 30 };

const line = (max: number) => z.string().check(z.maxLength(max), z.regex(printable));

/** A figure that is missing, partial or old, or storage that fails. */
export const Warning = z.object({
  code: line(limits.code).check(z.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)),
  /** What it is about where a code may stand several times: a mount point, a service, a sensor. */
  subject: z.optional(line(limits.subject)),
  /** One sentence. */
  text: line(limits.text),
});
export type Warning = z.infer<typeof Warning>;

/** Within the limits of the status file, whatever the text was made of. */
export function warning(code: WarningCode, text: string, subject?: string): Warning {
  const clean = (part: string, max: number): string =>
    part.replaceAll(controls, ' ').slice(0, max).toWellFormed();
  return {
    code,
    ...(subject === undefined ? {} : { subject: clean(subject, limits.subject) }),
    text: clean(text, limits.text),
  };
}

/** How a warning is written for people, in both programs. */
export function warningLine({ code, text }: Warning): string {
  return `Warning ${code}: ${text}`;
}

/** As many as the status file holds, and how many more there are. */
export function bounded(warnings: readonly Warning[]): Warning[] {
  const more = warnings.length - limits.count;
  if (more <= 0) return [...warnings];
  const text = `${more} more warnings: see "journalctl -u homelab-agent"`;
  return [...warnings.slice(0, limits.count), { code: 'more-warnings', text }];
}
