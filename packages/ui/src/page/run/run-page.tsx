import type { Run, RunId } from '@tidemark/core';
import type { VNode } from 'preact';
import { printAddress } from '../address/address.ts';
import { ChartsPanel } from '../charts/charts-panel.tsx';
import { pageStore } from '../data/page-store.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { StatusDot } from '../runs/status-dot.tsx';
import { CopyButton } from '../shell/copy-button.tsx';
import { Problem } from '../shell/problem.tsx';
import { numberText } from '../text/number-text.ts';
import { durationText, momentText } from '../text/time-text.ts';
import { FactTable } from './fact-table.tsx';

/** One run: what it is, its params, metrics with curves, tags, datasets and files. */
export function RunPage({ runId }: { readonly runId: string }): VNode {
  const { value, error } = useLoaded(
    async () => (await pageStore.runs({ runIds: [runId as RunId] }))[0] ?? 'missing',
    [runId],
  );
  if (error !== undefined) return <Problem error={error} />;
  if (value === undefined) return <p class="soft page">Reading …</p>;
  if (value === 'missing') {
    return (
      <section class="empty">
        <h1>There is no such run</h1>
        <p>
          No run has the id <code>{runId}</code>, or you may not read it.
        </p>
      </section>
    );
  }
  return <RunView run={value} />;
}

function RunView({ run }: { readonly run: Run }): VNode {
  const { runId, experimentId, name, startTimeMs, endTimeMs, userId, datasets, artifacts } = run;
  const tags = Object.entries(run.tags);
  const note = run.tags['mlflow.note.content'];
  return (
    <section class="page">
      <div class="title">
        <p class="path">
          <a href={printAddress([])}>Experiments</a> /{' '}
          <a href={printAddress(['experiments', experimentId])}>{experimentId}</a> /
        </p>
        <h1>
          <StatusDot run={run} /> {name}
        </h1>
        <CopyButton text={runId} label="Copy id" />
      </div>
      {run.lostReason !== undefined && <p class="problem">{run.lostReason}</p>}
      {note !== undefined && <p class="note">{note}</p>}
      <div class="facts">
        <FactTable
          title="Run"
          facts={[
            ['Id', runId],
            ['Status', run.status.toLowerCase()],
            ['Started', momentText(startTimeMs)],
            ['Duration', durationText((endTimeMs ?? Date.now()) - startTimeMs)],
            ['User', userId],
          ]}
        />
        <FactTable title="Params" facts={Object.entries(run.params)} />
        <FactTable
          title="Metrics"
          facts={Object.values(run.metrics).map(({ key, value }) => [key, numberText(value)])}
        />
        <FactTable title="Tags" facts={tags} />
        <FactTable
          title="Datasets"
          facts={datasets.map(({ dataset }) => [dataset.name, dataset.digest])}
        />
        <FactTable
          title="Files"
          facts={artifacts.map(({ path, sizeBytes }) => [path, `${sizeBytes} bytes`])}
        />
      </div>
      <ChartsPanel runs={[run]} />
    </section>
  );
}
