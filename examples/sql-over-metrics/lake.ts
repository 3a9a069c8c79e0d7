import { join } from 'node:path';
import { openStore } from '@tidemark/client';
import { readDeltaTable } from '@tidemark/delta-lineage';
import { type SealReport, sealStore } from '@tidemark/duckdb-query';

/** The lowest loss of each run, from the Delta table of a lake, without the store: as any other engine can read it. */
export async function bestLosses(lake: string): Promise<Map<string, number>> {
  const { table } = await readDeltaTable(join(lake, 'metrics'), {
    columns: ['run_id', 'key', 'value'],
    record: false,
  });
  const best = new Map<string, number>();
  for (const point of table) {
    if (point?.key !== 'loss') continue;
    const known = best.get(point.run_id) ?? Number.POSITIVE_INFINITY;
    best.set(point.run_id, Math.min(known, point.value));
  }
  return best;
}

/** Seals the store that `openStore()` finds, and says what the tables have. */
export async function sealAndRead(): Promise<SealReport> {
  const store = await openStore(undefined, { mustExist: true });
  const report = await sealStore({ store });
  const best = await bestLosses(report.folder);
  console.log(
    `${report.folder} has ${report.points} new points; the best loss of ${best.size} runs:`,
  );
  console.table([...best].map(([run_id, loss]) => ({ run_id, loss })));
  await store.close();
  return report;
}
