import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertSafeModelSource, type ModelSourceContext } from './model-source.ts';

const RUN = '0123456789abcdef0123456789abcdef';
const MODEL = `m-${RUN}`;
const LOCAL: ModelSourceContext = { runId: RUN, artifactUri: 'file:///data/ml/0/r/artifacts' };

test.each<[string, ModelSourceContext, object]>([
  [`runs:/${RUN}/model`, { runId: RUN }, { kind: 'run', runId: RUN, path: 'model' }],
  [`runs:/${RUN}/a%20b/c`, {}, { kind: 'run', runId: RUN, path: 'a b/c' }],
  [`models:/${MODEL}`, { modelId: MODEL }, { kind: 'logged-model', modelId: MODEL }],
  ['models:/penguins/3', {}, { kind: 'version', uri: 'models:/penguins/3' }],
  ['models:/penguins@champion', {}, { kind: 'version', uri: 'models:/penguins@champion' }],
  ['mlflow-artifacts:/0/r/artifacts/m', {}, { kind: 'proxied', path: '0/r/artifacts/m' }],
  ['mlflow-artifacts://host:5000/0/r', {}, { kind: 'proxied', path: '0/r' }],
  [
    'http://host:5000/api/2.0/mlflow-artifacts/artifacts/0/r?x=1',
    {},
    { kind: 'proxied', path: '0/r' },
  ],
  ['s3://bucket/models/a', {}, { kind: 'remote', uri: 's3://bucket/models/a' }],
  ['https://example.org/m.zip', {}, { kind: 'remote', uri: 'https://example.org/m.zip' }],
  ['/data/ml/0/r/artifacts/model', LOCAL, { kind: 'local', path: '/data/ml/0/r/artifacts/model' }],
  ['file:///data/ml/0/r/artifacts', LOCAL, { kind: 'local', path: '/data/ml/0/r/artifacts' }],
  ['file:/data/ml//0/r/artifacts/m/', LOCAL, { kind: 'local', path: '/data/ml/0/r/artifacts/m' }],
  [
    'file://localhost/data/ml/0/r/artifacts/m',
    { artifactUri: '/data/ml/0/r/artifacts' },
    { kind: 'local', path: '/data/ml/0/r/artifacts/m' },
  ],
])('the source %s is accepted', (source, context, expected) => {
  expect(assertSafeModelSource(source, context)).toEqual(expected);
});

test.each<[string, ModelSourceContext]>([
  ['/etc/passwd', {}],
  ['/etc/passwd', LOCAL],
  ['file:///etc/passwd', LOCAL],
  ['FILE:///etc/passwd', LOCAL],
  ['file%3a///etc/passwd', LOCAL],
  ['file://evil.example/data/ml/0/r/artifacts', LOCAL],
  ['file:///data/ml/0/r/artifacts#/../../../etc', LOCAL],
  ['file:///data/ml/0/r/artifacts?/../../../etc', LOCAL],
  ['/data/ml/0/r/artifacts-of-others', LOCAL],
  ['/data/ml/0/r/artifacts/../../../../etc', LOCAL],
  ['/data/ml/0/r/artifacts/%2e%2e/x', LOCAL],
  ['/data/ml/0/r/artifacts/%252e%252e/x', LOCAL],
  ['/data/ml/0/r/artifacts/100%/%2e%2e/x', LOCAL],
  ['models/relative', LOCAL],
  ['./model', LOCAL],
  ['C:\\Users\\ada', LOCAL],
  ['C:/Users/ada', LOCAL],
  ['\\\\evil.example\\share', LOCAL],
  ['/data/ml/0/r/artifacts\u0000/x', LOCAL],
  ['/data/ml/0/r/artifacts%00/x', LOCAL],
  ['s3://bucket/../other', {}],
  ['s3://bucket/a/%2e%2e%2fother', {}],
  ['s3:/bucket/./a', {}],
  ['mlflow-artifacts://host/..%2f..%2f..%2fetc', {}],
  ['https://host/api/2.0/mlflow-artifacts/artifacts/../../..', {}],
  [`runs:/${RUN}/model`, { runId: 'another' }],
  [`runs://host/${RUN}/model`, {}],
  [`runs:/${RUN}/../x`, {}],
  ['runs:/', {}],
  [`models:/${MODEL}`, { modelId: 'm-another' }],
  [`models://host/${MODEL}`, {}],
  ['models:/penguins', {}],
  ['javascript:alert(1)', {}],
  ['data:text/html,x', {}],
  ['', {}],
  [`s3://bucket/${'%25'.repeat(1)}${'25'.repeat(20)}2e`, {}],
])("the source %j is refused with the beginning of MLflow's text", (source, context) => {
  expect(() => assertSafeModelSource(source, context)).toThrow(
    expect.objectContaining({
      code: 'MODEL_SOURCE_UNSAFE',
      message: expect.stringContaining(`Invalid model version source: '${source}'. `),
    }),
  );
});

test('a local source of dots, slashes and their percent codes never leaves its folder', () => {
  const piece = fc.constantFrom('..', '.', '/', '//', '%2e', '%2f', '%5c', '%252e', '\\', 'a', ':');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, within) => {
      const source = `file://${within ? '/data/ml/0/r/artifacts/' : '/'}${pieces.join('')}`;
      try {
        const found = assertSafeModelSource(source, LOCAL);
        expect(found.kind).toBe('local');
        if (found.kind !== 'local') return;
        expect(`${found.path}/`.startsWith('/data/ml/0/r/artifacts/')).toBe(true);
        expect(found.path).not.toMatch(/(^|\/)\.{1,2}(\/|$)|\\|%2e/i);
      } catch (error) {
        expect(error).toMatchObject({ code: 'MODEL_SOURCE_UNSAFE' });
      }
    }),
  );
});
