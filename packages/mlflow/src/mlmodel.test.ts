import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_FIXTURES, sharedFixture } from '@tidemark/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMlModel, type MlModel, parseMlModel } from './mlmodel.ts';
import { signatureFromJson } from './signature-json.ts';
import { formatUtcTime, parseUtcTime } from './utc-time.ts';

const fixtures = sharedFixture('mlflow');

const model: MlModel = {
  artifactPath: 'artifacts/1/models/m-1/artifacts',
  flavors: { tfjs: { format: 'layers-model', data: 'model.json' } },
  modelId: 'm-1',
  modelUuid: 'm-1',
  runId: 'abc',
  utcTimeCreated: formatUtcTime(Date.UTC(2026, 10, 23, 7, 51, 22, 56)),
  signature: { inputs: '[{"type": "double", "required": true}]' },
  savedInputExampleInfo: { artifactPath: 'input_example.json', type: 'ndarray' },
  modelSizeBytes: 1562,
};

describe('an MLmodel file', () => {
  it('is formatted like MLflow formats it', () => {
    expect(formatMlModel(model)).toBe(
      `artifact_path: artifacts/1/models/m-1/artifacts
flavors:
  tfjs:
    data: model.json
    format: layers-model
model_id: m-1
model_size_bytes: 1562
model_uuid: m-1
run_id: abc
saved_input_example_info:
  artifact_path: input_example.json
  type: ndarray
signature:
  inputs: '[{"type": "double", "required": true}]'
  outputs: null
  params: null
utc_time_created: '2026-11-23 07:51:22.056000'
`,
    );
  });

  it('keeps unknown keys and flavors', () => {
    const text = `flavors:
  python_function:
    env:
      conda: conda.yaml
    python_version: 3.11.7
prompts: null
resources:
  api_version: '1'
`;
    expect(formatMlModel(parseMlModel(text))).toBe(text);
  });

  it('can have the oldest form, with an unquoted time and a flavor without config', () => {
    expect(
      parseMlModel('utc_time_created: 2018-05-25 17:28:53.35\nflavors:\n  crate:\nrun_id: null\n'),
    ).toEqual({ flavors: { crate: {} }, utcTimeCreated: '2018-05-25 17:28:53.35' });
  });

  it('is the same after formatting and parsing', () => {
    const json = fc.jsonValue();
    const record = fc.dictionary(fc.string(), json);
    const models = fc.record(
      {
        flavors: fc.dictionary(fc.string({ minLength: 1 }), record, {
          minKeys: 1,
          noNullPrototype: true,
        }),
        artifactPath: fc.string(),
        runId: fc.string(),
        utcTimeCreated: fc.integer({ min: 0, max: 4e12 }).map(formatUtcTime),
        signature: fc.record({ inputs: fc.string(), params: fc.string() }, { requiredKeys: [] }),
        savedInputExampleInfo: fc.record({ artifactPath: fc.string(), type: fc.string() }),
        modelUuid: fc.string(),
        modelId: fc.string(),
        mlflowVersion: fc.string(),
        modelSizeBytes: fc.nat(),
        metadata: record,
        other: fc.dictionary(fc.stringMatching(/^x_/), json, { minKeys: 1 }),
      },
      { requiredKeys: ['flavors'] },
    ) as fc.Arbitrary<MlModel>;
    fc.assert(
      fc.property(models, (it) => {
        expect(parseMlModel(formatMlModel(it))).toEqual(it);
      }),
    );
  });

  it.each([
    ['expected object', ''],
    ['expected object', 'just text'],
    ['no flavor', 'flavors: {}'],
    ['flavors', 'run_id: a'],
    ['flavors', 'flavors: [tfjs]'],
    ['run_id', 'flavors: {a: {}}\nrun_id: 7'],
    ['signature.inputs', 'flavors: {a: {}}\nsignature: {inputs: [1]}'],
    ['model_size_bytes', 'flavors: {a: {}}\nmodel_size_bytes: -1'],
    ['line 2', 'flavors: {a: {}}\nflavors: {b: {}}'],
    ['line 2', 'flavors:\n  a: !!python/object/apply:os.system [ls]'],
    ['line 1', 'a: '.repeat(20)],
    ['line 1', '['.repeat(100_000)],
    ['characters', `flavors: {a: {b: ${'x'.repeat(5 * 1024 * 1024)}}}`],
  ])('is refused, and the error names "%s"', (reason, text) => {
    expect(() => parseMlModel(text)).toThrow(
      expect.objectContaining({
        code: 'MLMODEL_INVALID',
        message: expect.stringContaining(reason),
      }),
    );
  });

  it('needs a flavor', () => {
    expect(() => formatMlModel({ flavors: {} })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });

  it('that MLflow wrote is the same after parsing and formatting', ({ skip }) => {
    if (fixtures === undefined) return skip(NO_FIXTURES);
    const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('MLmodel'))
      .map((path) => readFileSync(join(fixtures, path), 'utf8'));
    expect(files.length).toBeGreaterThan(0);
    for (const text of files) {
      const read = parseMlModel(text);
      expect(unfolded(formatMlModel(read))).toBe(unfolded(text));
      expect(signatureFromJson(read.signature ?? {})).toMatchObject({
        inputs: [
          { kind: 'column', name: 'a', type: 'long', required: true },
          { kind: 'column', name: 'b', type: 'double', required: false },
        ],
        outputs: [{ kind: 'tensor', dtype: 'int64', shape: [-1] }],
        params: [{ name: 'temperature', type: 'double', default: 0.5 }],
      });
    }
  });
});

describe('a time in an MLmodel file', () => {
  it('is parsed to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (timeMs) => {
        expect(parseUtcTime(formatUtcTime(timeMs))).toBe(timeMs);
      }),
    );
  });

  it('can have no fraction, as in Python', () => {
    expect(parseUtcTime('2026-11-23 07:51:22')).toBe(Date.UTC(2026, 10, 23, 7, 51, 22));
    expect(() => parseUtcTime('yesterday')).toThrow(
      expect.objectContaining({ code: 'MLMODEL_INVALID' }),
    );
  });
});

/** Removes the folds of long text, which are a matter of taste. */
function unfolded(yaml: string): string {
  return yaml.replaceAll(/\s+/g, ' ');
}
