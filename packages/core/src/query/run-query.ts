import type { LoggedModelId } from '../model/ids.ts';
import type { Filter } from './filter.ts';
import type { LifecycleView } from './lifecycle-view.ts';
import type { OrderKey } from './order.ts';
import type { SortValues } from './sort-values.ts';

/** A parsed search of runs, which a store with the capability can answer itself. */
export interface RunQuery {
  /** Without it every run matches. */
  readonly filter?: Filter;
  /** A total order: no two runs tie. */
  readonly order: readonly OrderKey[];
  /** The sort values of the last run of the page before; the answer has only later runs. */
  readonly after?: SortValues;
  /** The greatest number of runs in the answer. */
  readonly limit: number;
  /** Only runs of these experiments. Default: runs of every experiment. */
  readonly experimentIds?: readonly string[];
  readonly view: LifecycleView;
  /** Only runs with a point about a logged model: about any, or about one of these. */
  readonly measuresModels?: 'any' | ReadonlySet<LoggedModelId>;
}
