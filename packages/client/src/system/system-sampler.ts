import { statfsSync } from 'node:fs';
import { cpus, freemem, totalmem } from 'node:os';
import { parse } from 'node:path';
import { GpuReadings } from './gpu-readings.ts';
import { type NetworkBytes, networkBytes } from './network-bytes.ts';
import type { SystemSampler } from './system-monitor.ts';

const BYTES_PER_MEGABYTE = 1_000_000;

/**
 * Reads the use of this machine (not only of this process), with the names and units of MLflow's system metrics
 * (mlflow/system_metrics/metrics): percent, megabytes of 10^6 bytes, the network counted from the creation of the
 * sampler, and the disk of the root folder. Values that the system does not report are absent.
 */
export class NodeSystemSampler implements SystemSampler {
  readonly #gpus: GpuReadings;
  readonly #networkAtStart: NetworkBytes | undefined = networkBytes();
  #cpu: CpuTimes = cpuTimes();

  constructor(gpus: GpuReadings = new GpuReadings()) {
    this.#gpus = gpus;
  }

  prepare(): Promise<void> {
    return this.#gpus.refresh();
  }

  sample(): Record<string, number> {
    return {
      ...this.#cpuMetrics(),
      ...memoryMetrics(),
      ...diskMetrics(),
      ...this.#networkMetrics(),
      ...this.#gpus.latest,
    };
  }

  /** Returns the metrics of the processors since the last sample. */
  #cpuMetrics(): Record<string, number> {
    const before = this.#cpu;
    this.#cpu = cpuTimes();
    const totalMs = this.#cpu.totalMs - before.totalMs;
    if (totalMs <= 0) return {};
    const busy = (this.#cpu.busyMs - before.busyMs) / totalMs;
    // The counters of a processor can run backwards a little.
    return { cpu_utilization_percentage: Math.min(Math.max(busy, 0), 1) * 100 };
  }

  #networkMetrics(): Record<string, number> {
    const [start, now] = [this.#networkAtStart, networkBytes()];
    if (start === undefined || now === undefined) return {};
    return {
      network_receive_megabytes: (now.received - start.received) / BYTES_PER_MEGABYTE,
      network_transmit_megabytes: (now.transmitted - start.transmitted) / BYTES_PER_MEGABYTE,
    };
  }
}

interface CpuTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

function cpuTimes(): CpuTimes {
  let busyMs = 0;
  let idleMs = 0;
  for (const { times } of cpus()) {
    busyMs += times.user + times.nice + times.sys + times.irq;
    idleMs += times.idle;
  }
  return { busyMs, totalMs: busyMs + idleMs };
}

function memoryMetrics(): Record<string, number> {
  const total = totalmem();
  const used = total - freemem();
  return {
    system_memory_usage_megabytes: used / BYTES_PER_MEGABYTE,
    system_memory_usage_percentage: (used / total) * 100,
  };
}

function diskMetrics(): Record<string, number> {
  const { bsize, blocks, bfree, bavail } = statfsSync(parse(process.execPath).root);
  const used = (blocks - bfree) * bsize;
  const available = bavail * bsize;
  return {
    // The space that users can have, like in df.
    disk_usage_percentage: (used / (used + available)) * 100,
    disk_usage_megabytes: used / BYTES_PER_MEGABYTE,
    disk_available_megabytes: available / BYTES_PER_MEGABYTE,
  };
}
