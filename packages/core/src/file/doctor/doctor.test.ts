import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExperimentId } from '../../model/ids.ts';
import { FILE_CASES } from '../../testing/doctor-cases/file-cases.ts';
import { LOG_CASES } from '../../testing/doctor-cases/log-cases.ts';
import { REGISTRY_CASES } from '../../testing/doctor-cases/registry-cases.ts';
import { BY, healthyStore, killWriter, onlyLog } from '../../testing/healthy-store.ts';
import { wholeState } from '../../testing/store-state.ts';
import { purge } from '../../tracking/purge.ts';
import { openFileStore } from '../file-store.ts';
import { LAYOUT } from '../layout.ts';
import { CHECKS } from './checks.ts';
import { examineStore } from './examine-store.ts';

const CASES = [...LOG_CASES, ...REGISTRY_CASES, ...FILE_CASES];

async function stateOf(folder: string): Promise<unknown> {
  const store = openFileStore(folder);
  const state = await wholeState(store);
  await store.close();
  return state;
}

describe('tidemark doctor', () => {
  it('finds nothing in a healthy store while other processes write to it', async () => {
    const { folder } = await healthyStore();
    const other = openFileStore(folder);
    await other.createRun({
      experimentId: '0' as ExperimentId,
      name: 'running',
      userId: '',
      startTimeMs: 1,
    });
    expect((await examineStore(folder, { deep: true })).findings).toEqual([]);
    await other.close();
  });

  it.each(CASES)('$check: $what', async ({ damage, check, says, options, isFixed }) => {
    const healthy = await healthyStore();
    await damage(healthy);
    const { findings } = await examineStore(healthy.folder, options);
    const found = findings.filter((finding) => finding.check === check);
    expect(found.map(({ place, message }) => `${place} ${message}`).join('\n')).toMatch(says);
    expect(found.every((finding) => !finding.isFixed)).toBe(true);
    if (isFixed !== true) {
      expect(found.every(({ fix }) => fix === undefined)).toBe(true);
      return;
    }
    const before = await stateOf(healthy.folder);
    const repaired = await examineStore(healthy.folder, { ...options, fix: true });
    const done = repaired.findings.filter((finding) => finding.isFixed);
    expect(done).toHaveLength(found.length);
    for (const { fixed } of done) expect(fixed).toMatch(/^(Removed|Rewrote|Gave) /);
    const after = await examineStore(healthy.folder, options);
    expect(after.findings.filter((finding) => finding.check === check)).toEqual([]);
    expect(await stateOf(healthy.folder)).toEqual(before);
  });

  it('says when to repair a log that a process may still write to, and repairs it then', async () => {
    const { folder } = await healthyStore();
    const log = killWriter(folder);
    writeFileSync(log, readFileSync(log, 'utf8').replace('"lr":"0.1"', '"lr":"0.2"'));
    const examine = async (nowMs: number) => {
      const { findings } = await examineStore(folder, { fix: true, nowMs });
      return findings.filter(({ check }) => check === 'log-lines');
    };
    const writtenMs = statSync(log).mtimeMs;
    const [early] = await examine(writtenMs);
    expect(early).toMatchObject({ isFixed: false });
    expect(early?.message).toMatch(/wait a minute, and run tidemark doctor --fix again\.$/);
    expect(await examine(writtenMs + 61_000)).toMatchObject([{ isFixed: true }]);
    expect(await examine(writtenMs + 61_000)).toEqual([]);
  });

  it('reports purged data as a note while the log is written, and as a warning once gc can remove it', async () => {
    const { folder, runId } = await healthyStore();
    const living = openFileStore(folder);
    await living.append([{ kind: 'tags', run: runId, tags: { leaked: 'hunter2' } }]);
    await purge(living, { run: runId, part: 'tag', key: 'leaked' }, { by: BY });
    const remains = async () => {
      const { findings } = await examineStore(folder);
      return findings.filter(({ check }) => check === 'purged-remains');
    };
    expect(await remains()).toMatchObject([{ severity: 'note' }]);
    await living.close();
    expect(await remains()).toMatchObject([{ severity: 'warning' }]);
  });

  it('throws when a repair cannot be written, and changes nothing', async () => {
    const { folder } = await healthyStore();
    const log = onlyLog(folder);
    writeFileSync(log, readFileSync(log, 'utf8').replace('"lr":"0.1"', '"lr":"0.2"'));
    const before = readFileSync(log);
    writeFileSync(join(folder, LAYOUT.quarantine), 'no folder');
    await expect(examineStore(folder, { fix: true })).rejects.toMatchObject({
      code: 'WRITE_FAILED',
    });
    expect(readFileSync(log)).toEqual(before);
  });

  it('has a test that produces the findings of every check', () => {
    const produced = new Set(CASES.map(({ check }) => check));
    expect([...produced].sort()).toEqual(['store-file', ...CHECKS.map(({ name }) => name)].sort());
  });
});
