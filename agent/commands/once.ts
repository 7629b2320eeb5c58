import type { AgentContext, CommandOptions } from '../context.ts';
import { checkAuthority } from '../heartbeat/check-authority.ts';
import { connectFor } from '../heartbeat/connect.ts';
import { Hub } from '../heartbeat/hub.ts';
import { version } from '../version.ts';
import { singleBeat } from './single-beat.ts';

/** Sends one heartbeat without retries and reports the hub's answer: 0 if it was accepted, else 1. */
export async function once(options: CommandOptions, context: AgentContext): Promise<number> {
  const { beat, loaded, guid } = await singleBeat(options, context);
  const { config, source } = loaded;
  checkAuthority(config, source);
  const connect = await connectFor(config);
  const { clock } = context;
  const hub = new Hub({ config, serverGuid: guid, agentVersion: version, clock, connect });
  const outcome = await hub.send(JSON.stringify(beat), context.stop);
  if (outcome.kind === 'delivered') {
    const news = outcome.registered ? ', which registered this server' : '';
    context.stdout.write(`Delivered to ${config.hub_url} as ${config.server_id}${news}\n`);
    return 0;
  }
  context.stderr.write(`Not delivered to ${config.hub_url}: ${outcome.words}\n`);
  return 1;
}
