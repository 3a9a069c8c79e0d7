import type { ModelFile } from '@tidemark/client';
import type { InputExampleInfo } from '@tidemark/mlflow';
import { type InputForm, inputForm, type ModelInput, type Row } from './model-io.ts';
import { type NestedArray, type TensorLike, toNestedArray, toTensor } from './tensor.ts';

/** The files of an input example, and its entry in the MLmodel file. */
export interface ExampleFiles {
  readonly info: InputExampleInfo;
  readonly files: readonly ModelFile[];
}

const EXAMPLE_FILE = 'input_example.json';
const SERVING_FILE = 'serving_input_example.json';

/**
 * Converts an example of a model's input to MLflow's files (models/utils.py, `_Example`): the example itself,
 * and the same as a request to a scoring server.
 * @throws INVALID_ARGUMENT when the lists of the example are ragged
 */
export function exampleFiles(example: ModelInput): ExampleFiles {
  const form = inputForm(example);
  const { content, serving, type, orient } =
    form.kind === 'rows' ? tableExample(form.rows) : tensorExample(form);
  return {
    info: {
      artifactPath: EXAMPLE_FILE,
      type,
      servingInputPath: SERVING_FILE,
      ...(orient !== undefined && { pandasOrient: orient }),
    },
    files: [
      { path: EXAMPLE_FILE, content: utf8(JSON.stringify(content)) },
      { path: SERVING_FILE, content: utf8(JSON.stringify(serving, null, 2)) },
    ],
  };
}

interface Example {
  readonly content: unknown;
  readonly serving: unknown;
  readonly type: string;
  readonly orient?: string;
}

function tableExample(rows: readonly Row[]): Example {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const content = { columns, data: rows.map((row) => columns.map((name) => row[name] ?? null)) };
  return { content, serving: { dataframe_split: content }, type: 'dataframe', orient: 'split' };
}

function tensorExample(form: Exclude<InputForm, { kind: 'rows' }>): Example {
  const content =
    form.kind === 'tensor'
      ? nested(form.tensor)
      : Object.fromEntries(Object.entries(form.named).map(([name, it]) => [name, nested(it)]));
  return { content, serving: { inputs: content }, type: 'ndarray' };
}

function nested(value: TensorLike): NestedArray {
  return toNestedArray(toTensor(value));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
