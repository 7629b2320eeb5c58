import * as z from 'zod/mini';

/** Of `/run/homelab-agent/status.json`, what the deployer shows; what else stands there is left alone. */
export const AgentStatus = z.object({
  version: z.string(),
  release: z.nullable(z.string()),
  pid: z.number(),
  started: z.string(),
  last_attempt: z.nullable(z.string()),
  last_success: z.nullable(z.string()),
  last_error: z.nullable(z.string()),
  interval: z.number(),
  beats: z.object({ sent: z.number(), failed: z.number(), queued: z.number() }),
});
export type AgentStatus = z.infer<typeof AgentStatus>;

/** Null for anything that is not a status: the file belongs to the agent's user, so nothing in it is taken on trust. */
export function parseAgentStatus(text: string): AgentStatus | null {
  try {
    const parsed = AgentStatus.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
