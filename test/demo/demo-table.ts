import type { ReceivedBeat } from '../support/hub.ts';

/**
 * What the hub received, a line a server:
 * `  nas-1     beats  1   cpu  3.1 %   memory 12.4 %   disk 24.9 %   updates 0   Debian GNU/Linux 12 x86_64`
 */
export function beatTable(servers: string[], beats: ReceivedBeat[]): string {
  const width = Math.max(...servers.map(name => name.length));
  const lines = servers.map(name => {
    const own = beats.filter(({ body }) => body.server_id === name);
    const last = own.at(-1)?.body;
    if (last === undefined) return `${name.padEnd(width)}  nothing`;
    const metrics = section(last, 'metrics');
    const os = section(last, 'os_info');
    return [
      name.padEnd(width),
      `cpu ${percent(metrics['cpu_percent'])}`,
      `memory ${percent(metrics['memory_percent'])}`,
      `disk ${percent(metrics['disk_percent'])}`,
      `updates ${String(last['updates_available'] ?? 'unknown').padStart(3)}`,
      `${os['distribution'] ?? '?'} ${os['version'] ?? ''} ${os['architecture'] ?? ''}`.trimEnd(),
    ].join('   ');
  });
  return `${lines.join('\n')}\n`;
}

function section(body: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = body[key];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function percent(value: unknown): string {
  return typeof value === 'number' ? `${value.toFixed(1).padStart(5)} %` : 'unknown';
}
