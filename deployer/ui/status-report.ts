import type { ServerState } from '../run/server-state.ts';

/** The one document of `status --json`. */
export function statusReport(servers: readonly ServerState[], exitCode: number): string {
  const hosts = servers.map(({ answer, host, state, behind, hub: view }) => {
    const hub = view?.kind === 'known' ? view.server : null;
    if (answer.kind === 'error') return { host, state, reason: answer.reason, hub };
    const { current, previous, currentRuntime, service, status } = answer.value.facts;
    return {
      host,
      state,
      release: current,
      behind,
      runtime: currentRuntime,
      previous,
      service: service.active,
      enabled: service.enabled === 'enabled',
      pid: service.mainPid,
      restarts: service.restarts,
      agent: status,
      hub,
    };
  });
  return `${JSON.stringify({ command: 'status', exit_code: exitCode, hosts }, null, 2)}\n`;
}
