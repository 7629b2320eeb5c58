/** What an alert is about. */
interface AlertSubject {
  readonly server_id: string;
  readonly alert_type: 'service' | 'offline';
  readonly service_name: string | null;
}

export interface Alert extends AlertSubject {
  readonly id: number;
  readonly severity: 'critical' | 'high' | 'medium';
  readonly title: string;
  readonly message: string;
  readonly created_at: string;
  status: 'open' | 'resolved';
  resolved_at: string | null;
  auto_resolved: boolean;
}

/** The hub's alerts, oldest first: at most one is open of each subject. */
export class HubAlerts {
  readonly all: Alert[] = [];

  open(alert: AlertSubject & Pick<Alert, 'severity' | 'title' | 'message'>, created_at: string) {
    if (this.#opened(alert) !== undefined) return;
    const id = this.all.length + 1;
    const ends = { status: 'open', resolved_at: null, auto_resolved: false } as const;
    this.all.push({ ...alert, id, created_at, ...ends });
  }

  resolve(subject: AlertSubject, resolved_at: string): void {
    const alert = this.#opened(subject);
    if (alert !== undefined) {
      Object.assign(alert, { status: 'resolved', resolved_at, auto_resolved: true });
    }
  }

  /** Drops the alerts of a server, or all. */
  forget(serverId?: string): void {
    const kept = this.all.filter(
      ({ server_id }) => serverId !== undefined && server_id !== serverId,
    );
    this.all.splice(0, this.all.length, ...kept);
  }

  #opened({ server_id, alert_type, service_name }: AlertSubject): Alert | undefined {
    return this.all.find(
      alert =>
        alert.status === 'open' &&
        alert.server_id === server_id &&
        alert.alert_type === alert_type &&
        alert.service_name === service_name,
    );
  }
}
