import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HubClient } from '../support/hub-client.ts';
import type { FleetHost } from './fleet-host.ts';

/** Who a server is to the hub, as the hub's own installation made it. */
export interface HubAgent {
  readonly serverId: string;
  readonly guid: string;
  readonly token: string;
}

const UNIT = `[Unit]
Description=HomelabCmd Monitoring Agent
After=network-online.target

[Service]
Type=simple
ExecStart=/usr/bin/python3 /opt/homelab-agent/homelab-agent.py -c /etc/homelab-agent/config.yaml
Restart=always
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

const PROGRAM = new URL('hub-agent.py', import.meta.url);

/**
 * Installs the stand-in of the hub's own agent as the hub does it over SSH: its id from the address, credentials of this
 * server alone, as root, its configuration for root alone. Each installation has a new GUID, as on the hub.
 */
export async function installHubAgent(
  host: FleetHost,
  hub: HubClient,
  { hubUrl, services }: { hubUrl: string; services: readonly string[] },
): Promise<HubAgent> {
  const serverId = host.address.replaceAll('.', '-');
  await hub.api('DELETE', `/servers/${serverId}`).catch(() => {});
  const { token: registration } = await hub.api('POST', '/agents/register/tokens', {
    mode: 'readwrite',
    monitored_services: services,
  });
  const claimed = await hub.api('POST', '/agents/register/claim', {
    token: registration,
    server_id: serverId,
    hostname: host.name,
  });
  const [guid, token] = [String(claimed['server_guid']), String(claimed['api_token'])];
  // As PyYAML writes it: keys sorted, lists at the margin.
  const config = [
    `api_token: ${token}`,
    'command_execution_enabled: false',
    'core_services: []',
    'heartbeat_interval: 5',
    `hub_url: ${hubUrl}`,
    'mode: readwrite',
    'monitored_services:',
    ...services.map(name => `- ${name}`),
    `server_guid: ${guid}`,
    `server_id: ${serverId}`,
    '',
  ].join('\n');
  const files: Record<string, string> = {
    '/opt/homelab-agent/homelab-agent.py': await readFile(PROGRAM, 'utf8'),
    '/opt/homelab-agent/collectors/__init__.py': '',
    '/opt/homelab-agent/requirements.txt': 'httpx\npsutil\npyyaml\n',
    '/opt/homelab-agent/VERSION': '2.0.0\n',
    '/etc/homelab-agent/config.yaml': config,
    '/etc/systemd/system/homelab-agent.service': UNIT,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(host.root, dirname(path)), { recursive: true });
    await writeFile(join(host.root, path), text);
  }
  await host.exec(`
    chown -R root:root /opt/homelab-agent /etc/homelab-agent
    chmod 0600 /etc/homelab-agent/config.yaml
    systemctl daemon-reload
    systemctl enable --quiet homelab-agent
    systemctl restart homelab-agent`);
  return { serverId, guid, token };
}

/** What the hub's "remove" does over SSH: everything but the state directory goes. */
export async function removeHubAgent(host: FleetHost): Promise<void> {
  await host.exec(`
    systemctl disable --quiet --now homelab-agent
    rm -rf /opt/homelab-agent /etc/homelab-agent /etc/systemd/system/homelab-agent.service
    systemctl daemon-reload`);
}
