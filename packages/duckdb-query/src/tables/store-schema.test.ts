import { startRun } from '@tidemark/client';
import { MemoryStore } from '@tidemark/core';
import { expect, it } from 'vitest';
import { openQuery } from '../open-query.ts';
import { TABLES } from './store-tables.ts';
import { unitOf } from './unit-of.ts';

it('the schema of a store has its tables, and the keys of its runs with types and units', async () => {
  const store = new MemoryStore();
  const params = [
    { lr: 0.1, layers: 2, shuffle: true, name: 'a', timeout_ms: 5 },
    { lr: 1, layers: 3, shuffle: false, name: '7' },
  ];
  for (const each of params) {
    await startRun({ store, environment: false, tags: { team: 'ice' } }, async (run) => {
      await run.logParams(each);
      await run.logMetrics({ loss: 1, 'system/disk_usage_megabytes': 2 });
    });
  }
  const session = await openQuery({ store });
  const { tables, keys } = session.schema();
  await session.close();
  expect(tables).toBe(TABLES);
  expect(keys.filter(({ key }) => !key.startsWith('mlflow.'))).toEqual([
    { kind: 'metric', key: 'loss', type: 'DOUBLE', runs: 2 },
    { kind: 'metric', key: 'system/disk_usage_megabytes', type: 'DOUBLE', unit: 'MB', runs: 2 },
    { kind: 'param', key: 'layers', type: 'BIGINT', runs: 2 },
    { kind: 'param', key: 'lr', type: 'DOUBLE', runs: 2 },
    { kind: 'param', key: 'name', type: 'VARCHAR', runs: 2 },
    { kind: 'param', key: 'shuffle', type: 'BOOLEAN', runs: 2 },
    { kind: 'param', key: 'timeout_ms', type: 'BIGINT', unit: 'ms', runs: 1 },
    { kind: 'tag', key: 'team', type: 'VARCHAR', runs: 2 },
  ]);
});

it.each([
  ['duration_ms', 'ms'],
  ['size_bytes', 'bytes'],
  ['system/gpu_0_power_usage_watts', 'W'],
  ['cpu utilization percentage', '%'],
  ['seconds', undefined],
  ['loss', undefined],
  ['items', undefined],
  ['', undefined],
])('the unit of %j is %j', (name, unit) => {
  expect(unitOf(name)).toBe(unit);
});
