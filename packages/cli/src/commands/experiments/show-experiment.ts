import { findExperiment, PARENT_RUN_TAG, type RunStatus } from '@tidemark/core';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { renderPairs } from '../../render/pairs.ts';
import { formatTime } from '../../render/quantities.ts';
import { statusText } from '../../render/status.ts';
import { printable, styleOf } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';

/** Shows one experiment, with the number of its runs by status. @throws EXPERIMENT_NOT_FOUND, STORE_NOT_FOUND */
export async function showExperiment(
  said: string,
  options: { readonly store?: string; readonly json?: boolean },
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const experiment = await findExperiment(store, said);
  const { creationTimeMs, experimentId, lifecycleStage, name, tags } = experiment;
  const runs = await store.runs({ experimentIds: [experimentId] });
  const isGone = lifecycleStage === 'deleted';
  const live = runs.filter((run) => run.lifecycleStage === 'active');
  const counts = new Map<RunStatus, number>();
  for (const { status } of live) counts.set(status, (counts.get(status) ?? 0) + 1);
  const latest = live.find(({ tags }) => !Object.hasOwn(tags, PARENT_RUN_TAG)) ?? live[0];
  if (options.json === true) {
    const runCounts = Object.fromEntries(counts);
    terminal.out(renderJson({ ...experiment, runCounts, latestRunId: latest?.runId }));
    return;
  }
  const style = styleOf(terminal);
  const pairs = (entries: readonly (readonly [string, string | undefined])[]): string =>
    renderPairs(entries, { style, width: terminal.width });
  terminal.out(`${style.heading(printable(name))}  ${style.dim(experimentId)}\n`);
  terminal.out(
    pairs([
      ['stage', isGone ? 'deleted' : undefined],
      ['created', creationTimeMs === 0 ? undefined : formatTime(creationTimeMs)],
      ['runs', String(live.length)],
      ...[...counts].map(([status, count]): [string, string] => [
        '',
        `${count} ${statusText(status)}`,
      ]),
      ['latest', latest === undefined ? undefined : `${latest.name} (${latest.runId})`],
    ]),
  );
  const tagPairs = pairs(Object.entries(tags));
  if (tagPairs !== '') terminal.out(`\n${style.heading('Tags')}\n${tagPairs}`);
}
