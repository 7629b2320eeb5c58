import * as z from 'zod/mini';
import { plainTexts } from './plain-text.ts';
import { Warning } from './warnings.ts';

/** The agent writes a third of it. */
const MOST_WARNINGS = 100;

const time = z.nullable(z.iso.datetime());
const count = (most: number) => z.int().check(z.gte(0), z.lte(most));
/** Longer than anything that an agent writes; the table of `status` shows it in one line. */
const text = z.string().check(z.maxLength(4_000));
/** A beat every 5 s for a century. */
const beats = count(1e9);
const percent = z.optional(z.nullable(z.number().check(z.gte(0), z.lte(100))));
const packages = z.optional(z.nullable(count(1e6)));

/** The figures of the last heartbeat that are worth a glance; null where one is unknown. */
export const Figures = z.object({
  cpu_percent: percent,
  memory_percent: percent,
  disk_percent: percent,
  load_1m: z.optional(z.nullable(z.number().check(z.gte(0), z.lte(1e6)))),
  uptime_seconds: z.optional(z.nullable(count(1e10))),
  updates: packages,
  security_updates: packages,
  reboot_required: z.optional(z.nullable(z.boolean())),
});
export type Figures = z.infer<typeof Figures>;

/** How an attempt to send a heartbeat ended: `refused` is what the same beat would get again, 401, 403, 409 and 422. */
const answers = ['accepted', 'refused', 'failed'] as const;
export type Answer = (typeof answers)[number];

/** What status.json says: for `homelab-agent health` and for the deployer. No secret is ever in it. */
export const Status = z.object({
  version: text,
  release: text,
  config_sha256: z.nullable(z.string()),
  /** The kernel's own limit. */
  pid: count(2 ** 22),
  started: z.iso.datetime(),
  last_attempt: time,
  last_success: time,
  last_error: z.nullable(text),
  /** Of the last attempt, null before it; older agents do not say. */
  last_answer: z.optional(z.nullable(z.enum(answers))),
  /** Its HubCause where it was not accepted; one that this build does not know is no reason to reject the file. */
  last_cause: z.optional(z.nullable(text)),
  /** When the next attempt begins; older agents do not say. */
  next_due: z.optional(time),
  beats: z.object({ sent: beats, failed: beats, queued: beats }),
  collectors: z.record(text, z.object({ ok: z.boolean(), error: z.optional(text) })),
  /** Figures that are missing, partial or old; an agent of an earlier release reports none. */
  warnings: z._default(z.array(Warning).check(z.maxLength(MOST_WARNINGS)), []),
  /** Older agents do not say. */
  figures: z.optional(z.nullable(Figures)),
  /** Seconds; 0 before there is a configuration. */
  interval: count(86_400),
});
export type Status = z.infer<typeof Status>;

/** Null for anything that is not a status: the file belongs to the agent's user, so the deployer does not trust it. */
export function parseStatus(json: string): Status | null {
  try {
    const parsed = Status.safeParse(JSON.parse(json, plainTexts));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
