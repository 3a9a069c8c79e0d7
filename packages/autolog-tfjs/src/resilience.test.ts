import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { startRun } from '@tidemark/client';
import { MemoryStore, type Run } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Autolog, autolog } from './autolog.ts';
import type { AutologOptions, AutologStage } from './options.ts';
import { onlyRun, recordedRuns } from './testing/recorded-runs.ts';
import { fitTiny, tinyModel, weightBits } from './testing/tiny-training.ts';

tf.enableProdMode();
beforeAll(() => tf.setBackend('cpu'));

function switchOn(options: AutologOptions): Autolog {
  const on = autolog(tf, options);
  onTestFinished(() => on.dispose());
  return on;
}

/** The weights after the tiny training, which are the same every time. */
async function train(): Promise<number[][]> {
  const model = tinyModel();
  await fitTiny(model);
  return weightBits(model);
}

/** A store that accepts a run and then never answers again. */
class HangingStore extends MemoryStore {
  hangs = false;
  override append(...args: Parameters<MemoryStore['append']>): Promise<void> {
    return this.hangs ? new Promise(() => undefined) : super.append(...args);
  }
}

/** A store that never starts a run. */
class DeadStore extends MemoryStore {
  override createRun(): Promise<Run> {
    return new Promise(() => undefined);
  }
}

/** A store that starts runs late. */
class SlowStore extends MemoryStore {
  override async createRun(...args: Parameters<MemoryStore['createRun']>): Promise<Run> {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return super.createRun(...args);
  }
}

/** A store that refuses one metric, and every write that has it. */
class PickyStore extends MemoryStore {
  override async append(...args: Parameters<MemoryStore['append']>): Promise<void> {
    if (args[0].some((event) => event.kind === 'metrics' && 'acc' in event.metrics)) {
      throw new Error('acc is refused');
    }
    return super.append(...args);
  }
}

describe('trainings that start without waiting for each other', () => {
  it('begin in the order of their calls, however late their runs start', async () => {
    const begun: string[] = [];
    const training = (name: string): Promise<tf.History> =>
      fitTiny(tinyModel(), { callbacks: { onTrainBegin: async () => void begun.push(name) } });

    switchOn({ store: new SlowStore() });
    const first = training('first');
    const store = new MemoryStore();
    switchOn({ store });
    const others = [training('second'), startRun({ store }, () => training('third'))];
    await Promise.all([first, ...others]);
    expect(begun).toEqual(['first', 'second', 'third']);
  });

  it('of one model are refused by TF.js from the second on, as without autolog', async () => {
    const both = async (): Promise<string[]> => {
      const model = tinyModel();
      const results = await Promise.allSettled([fitTiny(model), fitTiny(model)]);
      return results.map(({ status }) => status);
    };
    const expected = await both();
    expect(expected).toEqual(['fulfilled', 'rejected']);
    switchOn({ store: new SlowStore() });
    expect(await both()).toEqual(expected);
  });
});

describe('a training continues', () => {
  it('when one metric is refused, and the others of the epoch are kept', async () => {
    const store = new PickyStore();
    const errors: [AutologStage, unknown][] = [];
    switchOn({ store, onError: (error, stage) => errors.push([stage, error]) });
    await fitTiny(tinyModel());
    const [run] = await store.runs({});
    expect(Object.keys(run?.metrics ?? {})).toEqual(['loss']);
    expect(run?.metrics.loss?.step).toBe(2);
    expect(errors.map(([stage]) => stage)).toEqual(['metrics', 'metrics', 'metrics']);
  });

  it('when no run can be started', async () => {
    const expected = await train();
    const folder = temporaryFolder();
    await writeFile(join(folder, 'store.json'), '{"format": 999}');
    const errors: AutologStage[] = [];
    switchOn({ store: folder, onError: (_error, stage) => errors.push(stage) });
    expect(await train()).toEqual(expected);
    expect(errors).toEqual(['run']);
  });

  it('when onError itself fails', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    const folder = temporaryFolder();
    await writeFile(join(folder, 'store.json'), '{"format": 999}');
    switchOn({
      store: folder,
      onError: () => {
        throw new Error('mine');
      },
    });
    await expect(train()).resolves.toBeDefined();
    expect(warn).toHaveBeenCalledOnce();
  });

  it('when the active run has another value of a param, and the other params are kept', async () => {
    const folder = temporaryFolder();
    const errors: unknown[] = [];
    switchOn({ store: folder, onError: (error, stage) => errors.push([stage, error]) });
    await startRun({ store: folder, environment: false }, async (run) => {
      await run.logParam('epochs', 1000);
      await train();
    });
    const run = await onlyRun(folder);
    expect(run.params).toMatchObject({ epochs: '1000', batch_size: '4' });
    expect(errors).toEqual([['params', expect.objectContaining({ code: 'PARAM_CONFLICT' })]]);
  });

  it('when the run ends during the training', async () => {
    const folder = temporaryFolder();
    const stages = new Set<AutologStage>();
    switchOn({ store: folder, onError: (_error, stage) => stages.add(stage) });
    const run = await startRun({ store: folder, environment: false });
    const onEpochEnd = async (): Promise<void> => run.end();
    const trained = await fitTiny(tinyModel(), { callbacks: { onEpochEnd } });
    expect(trained.epoch).toHaveLength(3);
    expect([...stages]).toEqual(expect.arrayContaining(['metrics', 'model']));
  });

  it('unrecorded and after a limited wait when the store never answers', async () => {
    const expected = await train();
    const errors: [AutologStage, unknown][] = [];
    switchOn({
      store: new DeadStore(),
      maxWaitMs: 20,
      onError: (error, stage) => errors.push([stage, error]),
    });
    expect(await train()).toEqual(expected);
    expect(errors).toEqual([
      ['run', expect.objectContaining({ message: expect.stringContaining('20 ms') })],
    ]);
  });

  it('when the store stops answering, and ends after a limited wait', async () => {
    const expected = await train();
    const store = new HangingStore();
    const stages: AutologStage[] = [];
    switchOn({ store, maxWaitMs: 20, onError: (_error, stage) => stages.push(stage) });
    const model = tinyModel();
    const onTrainBegin = async (): Promise<void> => {
      store.hangs = true;
    };
    await fitTiny(model, { callbacks: { onTrainBegin } });
    expect(weightBits(model)).toEqual(expected);
    expect(stages).toEqual(['run']);
  });

  it('with one warning of each kind on the console when there is no onError', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    const folder = temporaryFolder();
    switchOn({ store: folder, logModels: false });
    await startRun({ store: folder, environment: false }, async (run) => {
      await run.logParams({ epochs: 1000, batch_size: 7 });
      await train();
    });
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]?.[0]).toContain('params');
  });
});

describe('autolog', () => {
  const prototypes = (): unknown[] =>
    [tf.LayersModel, tf.Sequential].flatMap(({ prototype }) =>
      ['fit', 'fitDataset'].map((it) => Object.getOwnPropertyDescriptor(prototype, it)),
    );

  it('restores the methods of TF.js when it is disposed of, once or twice', () => {
    const before = prototypes();
    const on = switchOn({});
    expect(prototypes()).not.toEqual(before);
    on.dispose();
    on.dispose();
    expect(prototypes()).toEqual(before);
  });

  it('wraps once when it is called twice, and applies the newest options until they are disposed of', async () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    const before = prototypes();
    const outer = switchOn({ store: first });
    const patched = prototypes();
    const inner = switchOn({ store: second });
    expect(prototypes()).toEqual(patched);
    await train();
    inner.dispose();
    await train();
    outer.dispose();
    await train();
    expect(prototypes()).toEqual(before);
    expect(await recordedRuns(first)).toHaveLength(1);
    expect(await recordedRuns(second)).toHaveLength(1);
  });

  it('records nothing while it is disabled', async () => {
    const folder = temporaryFolder();
    switchOn({ store: folder });
    const pause = switchOn({ disable: true });
    await train();
    pause.dispose();
    await train();
    expect(await recordedRuns(folder)).toHaveLength(1);
  });

  it('keeps a patch that another library adds later', () => {
    const before = Object.getOwnPropertyDescriptor(tf.Sequential.prototype, 'fit');
    const on = switchOn({});
    const ours = tf.Sequential.prototype.fit;
    const theirs: typeof ours = function (this: tf.Sequential, ...args) {
      return ours.apply(this, args);
    };
    tf.Sequential.prototype.fit = theirs;
    on.dispose();
    expect(tf.Sequential.prototype.fit).toBe(theirs);
    Object.defineProperty(tf.Sequential.prototype, 'fit', before ?? {});
  });

  it('lets TF.js refuse invalid calls', async () => {
    const folder = temporaryFolder();
    switchOn({ store: folder });
    const noArgs = tinyModel().fitDataset as unknown as () => Promise<unknown>;
    await expect(noArgs.call(tinyModel())).rejects.toThrow('undefined');
    expect(await recordedRuns(folder)).toEqual([]);
  });

  it.each([{ everyNBatches: 0 }, { everyNBatches: 1.5 }, { maxWaitMs: -1 }])(
    'refuses %j',
    (options) => {
      const before = prototypes();
      expect(() => autolog(tf, options)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
      expect(prototypes()).toEqual(before);
    },
  );
});
