/**
 * One heartbeat as the hub accepts it. The limits are the hub's own; it rejects the whole heartbeat for one element
 * outside them (see sanitize.ts). Keys marked "beyond the hub" are dropped by it today and harmless.
 *
 * Zod's mini build: the same checks at a seventh of the size in the bundle.
 */
import * as z from 'zod/mini';
import { StorageHealth } from './storage.ts';

/** Integers above 2^53 cannot be written exactly, and above 2^63 the hub answers 500: zod's int stops at 2^53 - 1. */
const count = z.int().check(z.gte(0));
const amount = z.number().check(z.gte(0));
const percent = z.number().check(z.gte(0), z.lte(100));
const text = (max: number, min = 0) => z.string().check(z.minLength(min), z.maxLength(max));
const maybe = <T extends z.ZodMiniType>(type: T) => z.optional(z.nullable(type));

export const OsInfo = z.object({
  distribution: maybe(text(100)),
  version: maybe(text(100)),
  kernel: maybe(text(100)),
  architecture: maybe(text(20)),
});
export type OsInfo = z.infer<typeof OsInfo>;

export const CpuInfo = z.object({
  cpu_model: maybe(text(255)),
  cpu_cores: maybe(z.int().check(z.gte(1), z.lte(1024))),
});
export type CpuInfo = z.infer<typeof CpuInfo>;

/** Pressure stall information: the share of the last 60 s, in percent, in which some or all tasks waited. */
export const Pressure = z.object({
  cpu_some_avg60: maybe(percent),
  memory_some_avg60: maybe(percent),
  memory_full_avg60: maybe(percent),
  io_some_avg60: maybe(percent),
  io_full_avg60: maybe(percent),
});
export type Pressure = z.infer<typeof Pressure>;

export const Metrics = z.object({
  cpu_percent: maybe(percent),
  memory_percent: maybe(percent),
  /** MiB, rounded down as `free -m` does. */
  memory_total_mb: maybe(count),
  memory_used_mb: maybe(count),
  disk_percent: maybe(percent),
  /** GiB. */
  disk_total_gb: maybe(amount),
  disk_used_gb: maybe(amount),
  /** Bytes since boot. */
  network_rx_bytes: maybe(count),
  network_tx_bytes: maybe(count),
  load_1m: maybe(amount),
  load_5m: maybe(amount),
  load_15m: maybe(amount),
  uptime_seconds: maybe(count),
  // Beyond the hub:
  swap_total_mb: maybe(count),
  swap_used_mb: maybe(count),
  swap_percent: maybe(percent),
  pressure: maybe(Pressure),
  cpu_temperature_celsius: maybe(z.number()),
  reboot_required: maybe(z.boolean()),
});
export type Metrics = z.infer<typeof Metrics>;

export const Service = z.object({
  name: text(255, 1),
  status: z.enum(['running', 'stopped', 'failed', 'unknown']),
  status_reason: maybe(text(255)),
  pid: maybe(count),
  memory_mb: maybe(amount),
  cpu_percent: maybe(percent),
});
export type Service = z.infer<typeof Service>;

export const Package = z.object({
  name: text(255, 1),
  current_version: text(100, 1),
  new_version: text(100, 1),
  repository: text(255, 1),
  is_security: z.boolean(),
});
export type Package = z.infer<typeof Package>;

export const Filesystem = z.object({
  mount_point: text(255),
  device: text(255),
  fs_type: text(50),
  total_bytes: count,
  used_bytes: count,
  available_bytes: count,
  percent,
  /** Beyond the hub: mounted read-only, or made so by the kernel after an error. */
  is_read_only: z.optional(z.boolean()),
});
export type Filesystem = z.infer<typeof Filesystem>;

export const NetworkInterface = z.object({
  name: text(64),
  rx_bytes: count,
  tx_bytes: count,
  rx_packets: count,
  tx_packets: count,
  is_up: z.boolean(),
});
export type NetworkInterface = z.infer<typeof NetworkInterface>;

export const Temperature = z.object({ sensor: text(255, 1), celsius: z.number() });
export type Temperature = z.infer<typeof Temperature>;

export const Heartbeat = z.object({
  server_guid: maybe(
    z
      .string()
      .check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)),
  ),
  server_id: text(100, 1).check(z.regex(/^[a-z0-9-]+$/)),
  hostname: text(255, 1),
  /** UTC with a Z: the hub stores an offset unconverted. */
  timestamp: z.iso.datetime(),
  agent_version: maybe(text(20)),
  agent_mode: maybe(z.enum(['readonly', 'readwrite'])),
  os_info: maybe(OsInfo),
  cpu_info: maybe(CpuInfo),
  metrics: maybe(Metrics),
  updates_available: maybe(count),
  security_updates: maybe(count),
  /** Left out while unknown; empty when there is nothing to update, which clears the hub's list. */
  packages: maybe(z.array(Package)),
  services: maybe(z.array(Service)),
  filesystems: maybe(z.array(Filesystem)),
  network_interfaces: maybe(z.array(NetworkInterface)),
  // Beyond the hub:
  /** Of the primary interface's hardware, lower case. */
  mac_address: maybe(z.string().check(z.regex(/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/))),
  hardware_model: maybe(text(255)),
  /** When the package lists were last brought up to date, UTC: counts of updates are as old as this. */
  apt_lists_updated: maybe(z.iso.datetime()),
  temperatures: maybe(z.array(Temperature)),
  storage: maybe(StorageHealth),
});
export type Heartbeat = z.infer<typeof Heartbeat>;
