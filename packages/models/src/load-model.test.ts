import { startRun } from '@tidemark/client';
import { temporaryFolder } from '@tidemark/test-kit';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Flavor } from './flavor.ts';
import { loadModel } from './load-model.ts';
import { inputForm } from './model-io.ts';
import { type ModelContent, packageModel } from './package-model.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** A flavor from outside the package: a model that multiplies, kept in one JSON file. */
const times: Flavor = {
  name: 'times',
  async load({ files, config }) {
    const json = new TextDecoder().decode(await files.read(String(config.data)));
    const { factor } = JSON.parse(json) as { factor: number };
    return {
      native: factor,
      predict: async (input) => {
        const form = inputForm(input);
        if (form.kind !== 'rows') throw new Error('rows, please');
        return form.rows.map((row) => ({ y: factor * Number(row.x) }));
      },
      dispose: () => undefined,
    };
  },
};

async function logTimes(content: Partial<ModelContent> = {}): Promise<string> {
  return startRun({ store: folder, environment: false }, async (run) => {
    const { modelId } = await run.logModel({
      name: 'times',
      files: (ids) =>
        packageModel(
          {
            flavors: { times: { data: 'times.json' }, python_function: { loader_module: 'x' } },
            files: [{ path: 'times.json', content: new TextEncoder().encode('{"factor": 3}') }],
            ...content,
          },
          ids,
        ),
    });
    return `models:/${modelId}`;
  });
}

describe('loadModel', () => {
  it('loads a model with a flavor from outside the package', async () => {
    const uri = await logTimes({
      signature: { inputs: [{ kind: 'column', name: 'x', type: 'double', required: true }] },
      inputExample: [{ x: 1 }, { x: 2 }],
      metadata: { team: 'north' },
    });
    const model = await loadModel(uri, { store: folder, flavors: [times] });
    expect(model).toMatchObject({ uri, flavor: 'times', native: 3 });
    expect(model.signature?.inputs).toHaveLength(1);
    expect(await model.predict([{ x: 14 }])).toEqual([{ y: 42 }]);
    expect(model.mlmodel).toMatchObject({
      modelId: model.modelId,
      artifactPath: uri,
      metadata: { team: 'north' },
      savedInputExampleInfo: { type: 'dataframe', pandasOrient: 'split' },
    });
  });

  it('refuses a model of unknown flavors, and names these and the known ones', async () => {
    const uri = await logTimes();
    await expect(loadModel(uri, { store: folder })).rejects.toMatchObject({
      code: 'FLAVOR_UNKNOWN',
      message: expect.stringMatching(/python_function, times.*tfjs/),
    });
  });

  it('reports a missing MLmodel file', async () => {
    const uri = await startRun({ store: folder, environment: false }, async (run) => {
      const file = { path: 'weights.bin', content: Uint8Array.of(1) };
      const { modelId } = await run.logModel({ name: 'bare', files: () => [file] });
      return `models:/${modelId}`;
    });
    await expect(loadModel(uri, { store: folder })).rejects.toMatchObject({
      code: 'MLMODEL_INVALID',
      message: `The model ${uri} has no MLmodel file, which says how to load it. It has the files weights.bin. Log the model again.`,
    });
  });
});

describe('packageModel', () => {
  const ids = { modelId: 'm-1', runId: 'r', artifactUri: 'models:/m-1' } as never;
  const read = (files: ReturnType<typeof packageModel>, path: string): string =>
    new TextDecoder().decode(files.find((file) => file.path === path)?.content as Uint8Array);

  it('writes an example of rows in the split form of pandas', () => {
    const files = packageModel(
      { flavors: { times: {} }, files: [], inputExample: [{ a: 1, b: 'x' }, { a: 2 }] },
      ids,
    );
    const table = {
      columns: ['a', 'b'],
      data: [
        [1, 'x'],
        [2, null],
      ],
    };
    expect(JSON.parse(read(files, 'input_example.json'))).toEqual(table);
    expect(JSON.parse(read(files, 'serving_input_example.json'))).toEqual({
      dataframe_split: table,
    });
  });

  it('writes an example of tensors as nested lists, by name if they have names', () => {
    const inputExample = { a: Float32Array.of(1, 2), b: [[3], [4]] };
    const files = packageModel({ flavors: { times: {} }, files: [], inputExample }, ids);
    expect(JSON.parse(read(files, 'serving_input_example.json'))).toEqual({
      inputs: { a: [1, 2], b: [[3], [4]] },
    });
    expect(read(files, 'MLmodel')).toContain('type: ndarray');
  });

  it('sums the sizes, and writes the MLmodel file last', () => {
    const content = Uint8Array.of(1, 2, 3);
    const files = packageModel({ flavors: { times: {} }, files: [{ path: 'a', content }] }, ids);
    expect(files.map((file) => file.path)).toEqual(['a', 'MLmodel']);
    expect(read(files, 'MLmodel')).toContain('model_size_bytes: 3\n');
  });
});
