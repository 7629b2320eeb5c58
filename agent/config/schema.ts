/**
 * What the agent's config.yaml may say, each key once. The deployer checks what it renders with this same schema,
 * and the role's variables are these keys with `homelab_agent_` before them. What a refusal says is in
 * find-problems.ts: the mini build brings no messages of its own.
 *
 * Zod's mini build: the same checks at a seventh of the size in the bundle.
 */
import * as z from 'zod/mini';

/** Printable ASCII without a space at either end: what an HTTP header carries unchanged. */
const headerValue = z.string().check(z.regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/));

/** Scheme, host, port up to 65535, path; no user, query or fragment. The role's variable __homelab_agent_url is the same. */
const hubUrl = z.string().check(
  z.regex(
    /^[Hh][Tt][Tt][Pp][Ss]?:\/\/(\[[0-9A-Fa-f:.]+\]|[^\s/?#@:[\]]+)(:(\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]))?(\/[^\s?#]*)?$/,
  ),
  z.refine(value => URL.canParse(value)),
);

/** The hub's own rule; anything else would cost every beat a 422. */
const serverId = z.string().check(z.minLength(1), z.maxLength(100), z.regex(/^[a-z0-9-]+$/));

const serverGuid = z.pipe(
  z.string(),
  z.pipe(
    z.transform((value: string) => value.toLowerCase()),
    z
      .string()
      .check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)),
  ),
);

/** A systemd unit's name as the hub shows it: never an option of systemctl, never two lines. */
const unitName = z
  .string()
  .check(z.minLength(1), z.maxLength(255), z.regex(/^[^-\s\p{Cc}][^\s\p{Cc}]*$/u));

const absolutePath = z.string().check(z.regex(/^\/\P{Cc}*$/u));

export const Config = z
  .strictObject({
    hub_url: hubUrl,
    server_id: serverId,
    api_key: z.optional(headerValue),
    api_token: z.optional(headerValue),
    server_guid: z.optional(serverGuid),
    /** Seconds. The hub calls a server offline after 180 s of silence, so anything slower than 150 would flap. */
    heartbeat_interval: z._default(z.int().check(z.gte(5), z.lte(150)), 60),
    monitored_services: z._default(z.array(unitName).check(z.maxLength(200)), []),
    /** Shown by the hub. The agent never runs a command that the hub sends, whatever this says. */
    mode: z._default(z.enum(['readonly', 'readwrite']), 'readonly'),
    /** A private certification authority's certificates, PEM. */
    ca_file: z.optional(absolutePath),
    /** How many beats to keep while the hub is away. */
    backfill: z._default(z.int().check(z.gte(0), z.lte(60)), 60),
    /** The mount that `disk_percent` speaks of, where `/` is not the disk. */
    root_mount: z.optional(absolutePath),
    log_level: z._default(z.enum(['error', 'warning', 'info', 'debug']), 'info'),

    // Keys of the Python agent, or written by the hub: read without complaint, and without effect.
    core_services: z.optional(z.unknown()),
    command_execution: z.optional(z.unknown()),
    command_execution_enabled: z.optional(z.unknown()),
  })
  .check(
    z.refine(config => config.api_key !== undefined || config.api_token !== undefined, {
      path: ['api_key'],
      // Even where another key is wrong: all errors are told at once.
      when: () => true,
    }),
  );
export type Config = z.infer<typeof Config>;
