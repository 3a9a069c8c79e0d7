import type { VNode } from 'preact';
import { pageStore } from '../data/page-store.ts';
import { CopyButton } from '../shell/copy-button.tsx';

/** Shows somebody without runs how to log the first one. */
export function FirstRun(): VNode {
  const script = `import { startRun } from '@tidemark/client';

await startRun({ store: '${pageStore.uri}' }, async (run) => {
  for (let step = 0; step < 100; step += 1) {
    await run.logMetric('loss', 1 / (step + 1), { step });
  }
});`;
  const python = `export MLFLOW_TRACKING_URI=${pageStore.uri}`;
  return (
    <section class="first">
      <h2>Log a run from TypeScript</h2>
      <pre>{script}</pre>
      <CopyButton text={script} label="Copy" />
      <h2>Or from any MLflow client</h2>
      <pre>{python}</pre>
      <CopyButton text={python} label="Copy" />
    </section>
  );
}
