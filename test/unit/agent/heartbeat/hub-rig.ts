import { connect } from 'node:net';
import { Hub } from '../../../../agent/heartbeat/hub.ts';
import type { Outcome } from '../../../../agent/heartbeat/outcome.ts';
import { systemClock } from '../../../../agent/lib/clock.ts';

export const guid = '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0';

/** A beat that the hub takes. */
export const beat = JSON.stringify({
  server_id: 'nas-1',
  server_guid: guid,
  hostname: 'nas',
  timestamp: '2026-01-01T00:00:00Z',
});

/** The hub's reply to it. */
export const ok = JSON.stringify({ status: 'ok', server_registered: false });

/** A signal that is never aborted. */
export const never: AbortSignal = new AbortController().signal;

/** The agent's view of the hub at a URL. */
export function hubAt(
  hub_url: string,
  more: Partial<ConstructorParameters<typeof Hub>[0]> = {},
): Hub {
  return new Hub({
    config: { hub_url, api_key: 'test-key' },
    serverGuid: guid,
    agentVersion: '0.1.0',
    clock: systemClock,
    connect,
    ...more,
  });
}

/** What the journal would say of an outcome. */
export function words(outcome: Outcome): string {
  return outcome.kind === 'delivered' ? 'delivered' : outcome.words;
}
