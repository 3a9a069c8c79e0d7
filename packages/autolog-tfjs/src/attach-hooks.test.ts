import * as tf from '@tensorflow/tfjs';
import { temporaryFolder } from '@tidemark/test-kit';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { autolog } from './autolog.ts';
import { history, onlyRun } from './testing/recorded-runs.ts';
import { fitTiny, tinyModel, weightBits } from './testing/tiny-training.ts';

tf.enableProdMode();
beforeAll(() => tf.setBackend('cpu'));

type Seen = (what: string, index: number | undefined, logs: unknown) => void;

class UserCallback extends tf.Callback {
  readonly #seen: Seen;
  constructor(seen: Seen) {
    super();
    this.#seen = seen;
  }
  override async onEpochEnd(epoch: number, logs?: tf.Logs): Promise<void> {
    const loss = logs?.loss as unknown as tf.Scalar | number;
    this.#seen('epochEnd', epoch, typeof loss === 'number' ? loss : (await loss.data())[0]);
  }
  override async onTrainEnd(): Promise<void> {
    this.#seen('trainEnd', undefined, undefined);
  }
}

/** A config with its methods on a prototype. They do not use `this`, because TF.js calls them without it. */
class ConfigClass {
  readonly onEpochEnd: (epoch: number, logs?: tf.Logs) => Promise<void>;
  constructor(seen: Seen) {
    this.onEpochEnd = async (epoch, logs) => seen('epochEnd', epoch, logs?.loss);
  }
  async onTrainBegin(): Promise<void> {
    ConfigClass.begun += 1;
  }
  static begun = 0;
}

const forms: [string, (seen: Seen) => unknown][] = [
  ['nothing', () => undefined],
  ['null', () => null],
  ['an empty list', () => []],
  [
    'a config',
    (seen) => ({ onEpochEnd: async (i: number, logs: tf.Logs) => seen('end', i, logs.loss) }),
  ],
  [
    'a config for batches',
    (seen) => ({
      onBatchEnd: async (i: number, logs: tf.Logs) => seen('batch', i, { ...logs }),
      onTrainBegin: async () => seen('begin', undefined, undefined),
      onYield: async () => undefined,
    }),
  ],
  [
    'configs',
    (seen) => [
      { onEpochEnd: async (i: number, logs: tf.Logs) => seen('a', i, { ...logs }) },
      { onEpochEnd: async (i: number, logs: tf.Logs) => seen('b', i, { ...logs }) },
    ],
  ],
  ['a config of a class', (seen) => new ConfigClass(seen)],
  ['a Callback', (seen) => new UserCallback(seen)],
  ['Callbacks', (seen) => [new UserCallback(seen), new UserCallback(seen)]],
  ['an EarlyStopping', () => tf.callbacks.earlyStopping({ monitor: 'loss', patience: 2 })],
];

describe('callbacks', () => {
  it.each(forms)(
    'given as %s are called in the same way as without autolog',
    async (_form, make) => {
      const train = async (): Promise<unknown> => {
        const seen: unknown[] = [];
        const begun = ConfigClass.begun;
        const model = tinyModel();
        const callbacks = make((...what) => seen.push(what)) as tf.ModelFitArgs['callbacks'];
        const trained = await fitTiny(model, callbacks === undefined ? {} : { callbacks });
        return {
          seen,
          begun: ConfigClass.begun - begun,
          weights: weightBits(model),
          history: trained.history,
        };
      };
      const without = await train();
      const folder = temporaryFolder();
      const on = autolog(tf, { store: folder, logModels: false });
      onTestFinished(() => on.dispose());
      const recorded = await train();
      expect(recorded).toEqual(without);

      const run = await onlyRun(folder);
      const losses = (recorded as { history: tf.Logs }).history.loss as unknown as number[];
      expect(await history(folder, run, 'loss')).toEqual(
        losses.map((loss, epoch) => [epoch, loss]),
      );
    },
  );

  it('of autolog are not added to the list that the user passed', async () => {
    const folder = temporaryFolder();
    const on = autolog(tf, { store: folder, logModels: false });
    onTestFinished(() => on.dispose());
    const callbacks = [new UserCallback(() => undefined)];
    const args = Object.freeze({ epochs: 1, verbose: 0 as const, callbacks });
    await fitTiny(tinyModel(), args);
    expect(callbacks).toHaveLength(1);
  });
});
