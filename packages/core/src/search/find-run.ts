import { TidemarkError } from '../errors.ts';
import type { RunId } from '../model/ids.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Run } from '../model/run.ts';
import { PARENT_RUN_TAG } from '../model/run-tags.ts';
import type { Store } from '../port/store.ts';
import type { Filter } from '../query/filter.ts';
import type { LifecycleView } from '../query/lifecycle-view.ts';
import { printFilter } from '../query/print-filter.ts';
import { searchRuns } from './search-runs.ts';

/** The most runs that an error lists when several match. */
const NAMED = 5;
/** The size of the pages that are searched for the latest run. */
const PAGE_SIZE = 100;

/**
 * Finds a run as people name it: by its id or the first characters of it, by its name, or as `latest`. `latest` is the
 * newest run that is not nested: a sweep, and not the last of its trials.
 *
 * @example
 * ```ts
 * import { findRun } from '@tidemark/core';
 *
 * const { runId, status } = await findRun(store, 'latest');
 * console.log(runId, status);
 * ```
 *
 * @throws RUN_NOT_FOUND; INVALID_ARGUMENT when several runs match
 */
export async function findRun(store: Store, said: string): Promise<Run> {
  assertArguments({ store, said }, 'findRun', { store: 'store', said: 'string' });
  if (said === 'latest') {
    const latest = await latestRun(store);
    if (latest !== undefined) return latest;
  }
  const [exact] = isRunId(said) ? await store.runs({ runIds: [said as RunId] }) : [];
  if (exact !== undefined) return exact;
  const meant = await search(store, 'all', NAMED + 1, meaning(said));
  if (meant.length === 1) return meant[0] as Run;
  if (meant.length === 0) {
    throw new TidemarkError(
      'RUN_NOT_FOUND',
      `No run has the id or the name ${JSON.stringify(said)}. List the runs with: tidemark runs`,
    );
  }
  const some = meant.slice(0, NAMED).map(({ runId, name }) => `${runId.slice(0, 12)} (${name})`);
  const more = meant.length > NAMED;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `${more ? `More than ${NAMED}` : meant.length} runs match ${JSON.stringify(said)}: ${some.join(', ')}${more ? ' …' : ''}. Give more of the id.`,
  );
}

/** Returns the newest live run that is not nested, or the newest run if all are nested. */
async function latestRun(store: Store): Promise<Run | undefined> {
  let newest: Run | undefined;
  let pageToken: string | undefined;
  do {
    const page = await searchRuns(store, {
      maxResults: PAGE_SIZE,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    newest ??= page.runs[0];
    const found = page.runs.find(({ tags }) => !Object.hasOwn(tags, PARENT_RUN_TAG));
    if (found !== undefined) return found;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return newest;
}

/** Returns whether the text can be an id. Otherwise the store is not asked. */
function isRunId(said: string): boolean {
  return /^[a-zA-Z0-9][\w-]{0,255}$/.test(said);
}

/** Returns a filter for runs with this name, or with an id that starts like this. */
function meaning(said: string): Filter {
  const named: Filter = {
    kind: 'comparison',
    field: { entity: 'attribute', key: 'run_name' },
    operator: '=',
    value: said,
  };
  // `_` and `%` have another meaning in a pattern. An id that contains them has to be complete.
  if (!/^[a-zA-Z0-9-]+$/.test(said)) return named;
  const begins: Filter = {
    kind: 'like',
    field: { entity: 'attribute', key: 'run_id' },
    negated: false,
    caseSensitive: true,
    pattern: `${said}%`,
  };
  return { kind: 'or', operands: [named, begins] };
}

async function search(
  store: Store,
  view: LifecycleView,
  maxResults: number,
  filter?: Filter,
): Promise<readonly Run[]> {
  const { runs } = await searchRuns(store, {
    view,
    maxResults,
    ...(filter === undefined ? {} : { filter: printFilter(filter) }),
  });
  return runs;
}
