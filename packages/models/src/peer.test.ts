import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import type { ModelInput } from './model-io.ts';
import { packageModel } from './package-model.ts';

const python = process.env.TIDEMARK_PEER_PYTHON;

// Loads the example with MLflow, and prints the columns or the shapes of the result.
const PROGRAM = `
import json, sys
from mlflow.models import Model
example = Model.load(sys.argv[1]).load_input_example(sys.argv[1])
if hasattr(example, "columns"):
    seen = example.to_dict(orient="list")
elif isinstance(example, dict):
    seen = {name: list(value.shape) for name, value in example.items()}
else:
    seen = list(example.shape)
print(json.dumps(seen))
`;

const dtype = 'float32';
it.skipIf(python === undefined).each<[string, ModelInput, unknown]>([
  [
    'rows',
    [
      { bill: 1.5, wing: 2 },
      { bill: 3, wing: 4 },
    ],
    { bill: [1.5, 3], wing: [2, 4] },
  ],
  [
    'nested lists',
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    [2, 3],
  ],
  [
    'tensors by name',
    { a: [[1], [2]], b: { shape: [2, 1, 2], data: [1, 2, 3, 4], dtype } },
    { a: [2, 1], b: [2, 1, 2] },
  ],
])(
  'Python MLflow loads an input example of %s (needs TIDEMARK_PEER_PYTHON, a Python with mlflow)',
  async (_form, inputExample, expected) => {
    const folder = temporaryFolder();
    const ids = { modelId: 'm-1', runId: 'r', artifactUri: folder } as never;
    for (const { path, content } of packageModel(
      { flavors: { tfjs: {} }, files: [], inputExample },
      ids,
    )) {
      await writeFile(join(folder, path), content);
    }
    const { stdout } = await promisify(execFile)(python ?? '', ['-c', PROGRAM, folder]);
    expect(JSON.parse(stdout)).toEqual(expected);
  },
);
