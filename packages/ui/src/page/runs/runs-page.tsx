import type { VNode } from 'preact';
import { useCallback, useEffect, useMemo } from 'preact/hooks';
import { address, changeQuery, printAddress } from '../address/address.ts';
import { ChartsPanel } from '../charts/charts-panel.tsx';
import { pageStore } from '../data/page-store.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { FirstRun } from '../experiments/first-run.tsx';
import { Problem } from '../shell/problem.tsx';
import { columnsOf, isConstant } from './columns.ts';
import { FilterInput } from './filter-input.tsx';
import { nextOrder, orderByOf, parseOrder } from './order.ts';
import { RunsList } from './runs-list.ts';
import { RunsTable } from './runs-table.tsx';

/** How many of the first runs are drawn while nobody has chosen any. */
const DRAWN_RUNS = 10;

/** The runs of an experiment as a table, and as charts. */
export function RunsPage({ experimentId }: { readonly experimentId: string }): VNode {
  const { query } = address.value;
  const filter = query.filter ?? '';
  const order = parseOrder(query.order);
  const orderBy = orderByOf(order);
  const list = useMemo(
    () => new RunsList(pageStore, { experimentId, filter, orderBy }),
    [experimentId, filter, orderBy],
  );
  const readMore = useCallback(() => void list.loadMore(), [list]);
  useEffect(readMore, [readMore]);
  const { runs, hasMore, isLoading, error } = list.state.value;
  const { value: experiments } = useLoaded(() => pageStore.experiments(), []);
  const name = experiments?.find((known) => known.experimentId === experimentId)?.name;

  const chosenIds = (query.runs ?? '').split(',').filter((id) => id !== '');
  const chosen = new Set(chosenIds);
  const hidesConstant = query.constant === 'hidden';
  const every = useMemo(() => columnsOf(runs), [runs]);
  const columns = hidesConstant ? every.filter((column) => !isConstant(column, runs)) : every;
  const isCharts = query.view === 'charts';
  const choose = (runId: string): void => {
    const next = chosen.has(runId) ? chosenIds.filter((id) => id !== runId) : [...chosenIds, runId];
    changeQuery({ runs: next.join(',') });
  };
  const drawn =
    chosen.size === 0 ? runs.slice(0, DRAWN_RUNS) : runs.filter(({ runId }) => chosen.has(runId));
  return (
    <section class="page fills">
      <div class="title">
        <p class="path">
          <a href={printAddress([])}>Experiments</a> /
        </p>
        <h1>{name ?? experimentId}</h1>
        <span class="soft" aria-live="polite">
          {isLoading && runs.length === 0
            ? 'Reading …'
            : `${runs.length}${hasMore ? '+' : ''} runs`}
        </span>
      </div>
      <div class="tools">
        <FilterInput
          filter={filter}
          fields={every.flatMap(({ orderField }) => orderField ?? [])}
          onFilter={(next) => changeQuery({ filter: next }, 'push')}
        />
        <fieldset class="tabs" aria-label="View">
          <button
            type="button"
            aria-pressed={!isCharts}
            onClick={() => changeQuery({ view: undefined })}
          >
            Table
          </button>
          <button
            type="button"
            aria-pressed={isCharts}
            onClick={() => changeQuery({ view: 'charts' })}
          >
            Charts
          </button>
        </fieldset>
        <label>
          <input
            type="checkbox"
            checked={hidesConstant}
            onChange={() => changeQuery({ constant: hidesConstant ? undefined : 'hidden' })}
          />{' '}
          Hide what is constant
        </label>
        {chosen.size > 0 && (
          <button type="button" class="quiet" onClick={() => changeQuery({ runs: undefined })}>
            {chosen.size} chosen: clear
          </button>
        )}
      </div>
      {error !== undefined && <Problem error={error} />}
      {!isLoading && !hasMore && runs.length === 0 ? (
        filter === '' ? (
          <FirstRun />
        ) : (
          <p class="soft">No run matches the filter.</p>
        )
      ) : isCharts ? (
        <ChartsPanel runs={drawn} />
      ) : (
        <RunsTable
          runs={runs}
          columns={columns}
          order={order}
          chosen={chosen}
          onOrder={(field) => changeQuery({ order: nextOrder(order, field) })}
          onChoose={choose}
          onNearEnd={readMore}
        />
      )}
    </section>
  );
}
