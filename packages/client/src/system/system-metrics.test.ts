import { chmodSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { MemoryStore, type Run, type Store } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type ActiveRun, startRun } from '../index.ts';
import { GpuReadings, parseGpuReadings } from './gpu-readings.ts';
import { parseNetworkBytes } from './network-bytes.ts';
import { NodeSystemSampler } from './system-sampler.ts';

const QUIET = { environment: false } as const;
/** `vi.waitFor` gives up after a second by default. */
const HANG = { timeout: 900_000 } as const;
const CPU = 'system/cpu_utilization_percentage';
// mlflow/system_metrics/metrics/{cpu,disk,network}_monitor.py
const MLFLOW_NAMES = [
  'cpu_utilization_percentage',
  'disk_available_megabytes',
  'disk_usage_megabytes',
  'disk_usage_percentage',
  'network_receive_megabytes',
  'network_transmit_megabytes',
  'system_memory_usage_megabytes',
  'system_memory_usage_percentage',
];

async function onlyRun(store: Store): Promise<Run> {
  const [run] = await store.runs({});
  if (run === undefined) throw new Error('the run is missing');
  return run;
}

describe('system metrics', () => {
  it.skipIf(process.platform !== 'linux')("have MLflow's names and plausible values", async () => {
    const sampler = new NodeSystemSampler();
    await vi.waitFor(() => {
      const sample = sampler.sample();
      expect(Object.keys(sample).sort()).toEqual(MLFLOW_NAMES);
      for (const [name, value] of Object.entries(sample)) {
        expect(value, name).toBeGreaterThanOrEqual(0);
        if (name.endsWith('_percentage')) expect(value, name).toBeLessThanOrEqual(100);
      }
      const megabytes = sample.system_memory_usage_megabytes as number;
      expect(megabytes).toBeGreaterThan(0);
      expect(megabytes * 1e6).toBeLessThan(totalmem());
    }, HANG);
  });

  it('are logged during the run, with one step for each sample, from 0', async () => {
    const store = new MemoryStore();
    const run = await startRun({ ...QUIET, store, systemMetrics: { intervalMs: 20 } });
    await vi.waitFor(
      async () => expect((await store.metricHistory(run.runId, CPU)).length).toBeGreaterThan(2),
      HANG,
    );
    await run.end();
    const steps = async (key: string): Promise<number[]> =>
      (await store.metricHistory(run.runId, key)).map(({ step }) => step);
    const memory = await steps('system/system_memory_usage_megabytes');
    expect(memory).toEqual(memory.map((_, index) => index));
    expect(await steps('system/disk_usage_percentage')).toEqual(memory);

    const resumed = await startRun({ ...QUIET, store, runId: run.runId, systemMetrics: true });
    await resumed.end();
    expect(await steps('system/disk_usage_percentage')).toEqual([...memory, memory.length]);
  });

  it('have one sample in a run that is shorter than the interval', async () => {
    const store = new MemoryStore();
    const systemMetrics = { nodeId: 'worker-1' };
    await startRun({ ...QUIET, store, systemMetrics }, async () => undefined);
    const { metrics } = await onlyRun(store);
    expect(metrics).toHaveProperty(['system/worker-1/disk_usage_percentage']);
  });

  it('are off unless the call or a variable turns them on', async () => {
    const names = async (systemMetrics?: boolean): Promise<string[]> => {
      const store = new MemoryStore();
      const option = systemMetrics === undefined ? {} : { systemMetrics };
      await startRun({ ...QUIET, store, ...option }, async () => undefined);
      return Object.keys((await onlyRun(store)).metrics);
    };
    try {
      expect(await names()).toEqual([]);
      vi.stubEnv('MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING', 'true');
      expect(await names()).toContain('system/system_memory_usage_percentage');
      expect(await names(false)).toEqual([]);
      vi.stubEnv('TIDEMARK_SYSTEM_METRICS', 'false');
      expect(await names()).toEqual([]);
      expect(await names(true)).toContain('system/system_memory_usage_percentage');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('are refused with an invalid interval or node', async () => {
    for (const systemMetrics of [
      { intervalMs: 0 },
      { intervalMs: Number.NaN },
      { nodeId: 'a/b' },
      { interval: 5 },
      'yes',
    ]) {
      await expect(
        startRun({ ...QUIET, store: new MemoryStore(), systemMetrics } as never),
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });

  it('never fail a run whose store refuses them', async () => {
    const store = new MemoryStore();
    const warned: string[] = [];
    const onWarning = (warning: Error): number => warned.push(warning.message);
    process.on('warning', onWarning);
    try {
      const body = async (run: ActiveRun): Promise<void> => {
        await store.close();
        await vi.waitFor(() => expect(warned).toHaveLength(1), HANG);
        expect(warned[0]).toContain(run.runId);
        await expect(run.end()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
      };
      const systemMetrics = { intervalMs: 5 };
      // With a body, because a run that cannot be ended would stay active.
      await expect(startRun({ ...QUIET, store, systemMetrics }, body)).rejects.toMatchObject({
        code: 'STORE_CLOSED',
      });
      expect(warned).toHaveLength(1);
    } finally {
      process.off('warning', onWarning);
    }
  });
});

describe('the counters of the network', () => {
  it('are summed over the interfaces, in any format', () => {
    const interfaces = fc.array(fc.tuple(fc.stringMatching(/^[a-z0-9]{1,6}$/), fc.nat(), fc.nat()));
    fc.assert(
      fc.property(interfaces, (rows) => {
        const lines = rows.map(
          ([name, received, transmitted]) =>
            `${name.padStart(6)}:${received}  2 0 0 0 0 0 0 ${transmitted} 4 0 0 0 0 0 0`,
        );
        const title = 'Inter-|   Receive  |  Transmit\n face |bytes packets|bytes packets\n';
        expect(parseNetworkBytes(`${title}${lines.join('\n')}\n`)).toEqual({
          received: rows.reduce((sum, [, received]) => sum + received, 0),
          transmitted: rows.reduce((sum, [, , transmitted]) => sum + transmitted, 0),
        });
      }),
    );
  });
});

describe('a GPU', () => {
  it('is read from the output of nvidia-smi, without missing values', () => {
    expect(
      parseGpuReadings('0, 1024, 4096, 25, 60.00, 120.00\n1, 10, 20, [N/A], [N/A], [N/A]\n'),
    ).toEqual({
      gpu_0_memory_usage_percentage: 25,
      gpu_0_memory_usage_megabytes: 1073.741824,
      gpu_0_utilization_percentage: 25,
      gpu_0_power_usage_watts: 60,
      gpu_0_power_usage_percentage: 50,
      gpu_1_memory_usage_percentage: 50,
      gpu_1_memory_usage_megabytes: 10.48576,
    });
    expect(parseGpuReadings('NVIDIA-SMI has failed\n')).toEqual({});
  });

  it.skipIf(process.platform === 'win32')(
    'is measured by a program, and absent without it',
    async () => {
      const command = join(temporaryFolder(), 'nvidia-smi');
      const gpus = new GpuReadings(command);
      await gpus.refresh();
      expect(gpus.latest).toEqual({});

      writeFileSync(command, '#!/bin/sh\necho "0, 1, 2, 3, 4, 5"\n');
      chmodSync(command, 0o755);
      const there = new GpuReadings(command, 900_000);
      await there.refresh();
      const sampler = new NodeSystemSampler(there);
      expect(sampler.sample()).toMatchObject({ gpu_0_utilization_percentage: 3 });
    },
  );
});
