import { PointColumns } from '../fold/point-columns.ts';
import type { MetricPoint } from '../model/metric.ts';
import type { Store } from '../port/store.ts';

/** The histories that the columns of a store add up to, by run and key; `undefined` for a store without columns. */
export async function historiesOfColumns(
  store: Store,
): Promise<ReadonlyMap<string, readonly MetricPoint[]> | undefined> {
  if (store.metricColumns === undefined) return undefined;
  const found = new Map<string, { readonly key: string; readonly columns: PointColumns }>();
  for await (const { runId, key, steps, timesMs, values, subjects } of store.metricColumns()) {
    const name = `${runId} ${key}`;
    const { columns } = found.get(name) ?? { columns: new PointColumns() };
    found.set(name, { key, columns });
    values.forEach((value, place) => {
      columns.add(steps[place] as number, timesMs[place] as number, value, subjects?.[place]);
    });
  }
  for (const { columns } of found.values()) columns.settle();
  return new Map([...found].sort().map(([name, { key, columns }]) => [name, columns.points(key)]));
}
