import * as z from 'zod/mini';
import { plain } from './plain-text.ts';
import { Warning } from './warnings.ts';

/** The agent writes a third of it. */
const MOST_WARNINGS = 100;
/** Of each text; the agent's own are shorter. */
const MOST_CHARACTERS = 2_000;

const time = z.nullable(z.iso.datetime());
const count = z.int().check(z.gte(0));

/** How an attempt to send a heartbeat ended: `refused` is what the same beat would get again, 401, 403, 409 and 422. */
const answers = ['accepted', 'refused', 'failed'] as const;
export type Answer = (typeof answers)[number];

/** What status.json says: for `homelab-agent health` and for the deployer. No secret is ever in it. */
export const Status = z.object({
  version: z.string(),
  release: z.string(),
  config_sha256: z.nullable(z.string()),
  pid: count,
  started: z.iso.datetime(),
  last_attempt: time,
  last_success: time,
  last_error: z.nullable(z.string()),
  /** Of the last attempt, null before it; older agents do not say. */
  last_answer: z.optional(z.nullable(z.enum(answers))),
  /** Its HubCause where it was not accepted; one that this build does not know is no reason to reject the file. */
  last_cause: z.optional(z.nullable(z.string())),
  /** When the next attempt begins; older agents do not say. */
  next_due: z.optional(time),
  beats: z.object({ sent: count, failed: count, queued: count }),
  collectors: z.record(z.string(), z.object({ ok: z.boolean(), error: z.optional(z.string()) })),
  /** Figures that are missing, partial or old; an agent of an earlier release reports none. */
  warnings: z._default(z.array(Warning).check(z.maxLength(MOST_WARNINGS)), []),
  /** Seconds. */
  interval: count,
});
export type Status = z.infer<typeof Status>;

/** Null for anything that is not a status: the file belongs to the agent's user, so the deployer does not trust it. */
export function parseStatus(text: string): Status | null {
  try {
    const parsed = Status.safeParse(JSON.parse(text, shown));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function shown(_: string, value: unknown): unknown {
  return typeof value === 'string' ? plain(value.slice(0, MOST_CHARACTERS)) : value;
}
