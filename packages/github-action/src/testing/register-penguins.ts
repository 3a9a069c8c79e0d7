import { registerModel, startRun } from '@tidemark/client';
import type { ModelVersion, Store } from '@tidemark/core';

/** The metrics and files of the run of a test's model. */
export interface PenguinRun {
  readonly metrics?: Readonly<Record<string, number>>;
  /** The bytes of the model's weights. Other bytes give another digest. */
  readonly weights?: string;
  readonly name?: string;
}

/** Records a run with metrics and a model, without training, and registers the model as trainings do. */
export async function registerPenguins(
  store: Store,
  draft: PenguinRun = {},
): Promise<ModelVersion> {
  const { metrics = { accuracy: 0.97 }, weights = 'weights', name = 'penguins' } = draft;
  const model = await startRun({ store, experiment: name, environment: false }, async (run) => {
    await run.logParams({ epochs: 40 });
    await run.logMetrics(metrics, { step: 40 });
    return await run.logModel({
      name: 'classifier',
      files: () => [
        { path: 'model.json', content: new TextEncoder().encode('{}') },
        { path: 'weights.bin', content: new TextEncoder().encode(weights) },
      ],
    });
  });
  return await registerModel({ store, name, model });
}
