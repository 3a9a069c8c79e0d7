import type { LoggedModelId } from '../model/ids.ts';
import type { Filter } from './filter.ts';
import type { LifecycleView } from './lifecycle-view.ts';
import type { OrderKey } from './order.ts';
import type { SortValues } from './sort-values.ts';

/** A search of runs as a store can answer it by itself, below the texts that people write. */
export interface RunQuery {
  /** Without it every run matches. */
  readonly filter?: Filter;
  /** Total: no two runs tie. */
  readonly order: readonly OrderKey[];
  /** What the last run of the page before is ordered by; only later ones are wanted. */
  readonly after?: SortValues;
  /** The greatest number of runs. */
  readonly limit: number;
  /** Only runs of these; without it runs of every experiment. */
  readonly experimentIds?: readonly string[];
  readonly view: LifecycleView;
  /** Only runs of which a point speaks of a logged model: of any, or of one of these. */
  readonly measuresModels?: 'any' | ReadonlySet<LoggedModelId>;
}
