import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactDataset } from './redact-dataset.ts';

const TOKEN = `ghp_${'a1'.repeat(18)}`;
const DATASET = { name: 'd', digest: '1', sourceType: 'http' };
const redacted = (source: string): string => redactDataset({ ...DATASET, source }).source;

describe('the source of a dataset', () => {
  it.each([
    '',
    '{}',
    '/data/penguins.csv',
    'C:\\data\\train.csv',
    'https://host:8080/a@b/data.csv?part=1#row=2',
    'abfss://container@account.dfs.core.windows.net/tables/penguins',
    'wasbs://container@account.blob.core.windows.net/data.csv',
    '{"uri": "s3://bucket/data.parquet", "size": 12345678901234567890, "ratio": 1.0}',
    '{"path": "penguins", "split": "train", "trust_remote_code": false, "token": null}',
    '{"tags": {"mlflow.user": "ada", "mlflow.source.name": "train.py"}}',
    '{ "text" : "\\u00fc \\/" }',
  ])('keeps %s', (source) => expect(redacted(source)).toBe(source));

  it.each([
    ['https://ada:hunter2@host/data.csv', 'https://***@host/data.csv'],
    ['abfss://c:hunter2@account/x', 'abfss://***@account/x'],
    [`https://${TOKEN}@host/data.csv`, 'https://***@host/data.csv'],
    ['s3://b/k?X-Amz-Signature=ab&X-Amz-Expires=9', 's3://b/k?X-Amz-Signature=***&X-Amz-Expires=9'],
    ['https://a.blob/x.csv?sv=2024&sig=abc%3D', 'https://a.blob/x.csv?sv=2024&sig=***'],
    ['Host=db;Password=abc;Table=t', 'Host=db;Password=***;Table=t'],
    [
      '{"url": "https://ada:hun/ter2@host/x", "rows": 12345678901234567890}',
      '{"url": "https://***@host/x", "rows": 12345678901234567890}',
    ],
    ['{"url":"https:\\/\\/ada:pw@host\\/x"}', '{"url":"https://***@host/x"}'],
    ['["s3://a/b", "https://h/x?token=abc"]', '["s3://a/b", "https://h/x?token=***"]'],
    [
      '{"storage_options": {"secret": ["a\\"b", 12, null], "region": "eu"}, "n": 1}',
      '{"storage_options": {"secret": ["***", "***", null], "region": "eu"}, "n": 1}',
    ],
    [
      JSON.stringify({ inner: JSON.stringify({ password: 'a"b', lr: 1 }) }),
      JSON.stringify({ inner: JSON.stringify({ password: '***', lr: 1 }) }),
    ],
    [`{"${TOKEN}": 1}`, '{"***": 1}'],
  ])('%s becomes %s', (source, expected) => {
    expect(redacted(source)).toBe(expected);
    expect(redacted(expected)).toBe(expected);
  });

  it('stays JSON of the same type, and does not change when it is redacted again', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const once = redacted(json);
        const parsed: unknown = JSON.parse(json);
        if (typeof parsed !== 'object' || parsed === null) return;
        expect(Array.isArray(JSON.parse(once))).toBe(Array.isArray(parsed));
        expect(redacted(once)).toBe(once);
      }),
    );
  });

  // A search that takes quadratic time would time out.
  it.each([
    ['://a:', 4],
    ['https://', 4],
    ['token ', 4],
    ['?sig', 4],
    ['[', 1],
  ])('is read in time that grows with its length: %s', (part, times) => {
    const text = part.repeat((times * 65_535) / part.length);
    expect(redacted(text)).toBe(text);
    expect(JSON.parse(redacted(JSON.stringify([text, `${text}@`])))).toHaveLength(2);
  });

  it('is searched at any depth', () => {
    const source = `${'['.repeat(30_000)}"https://u:p@h"${']'.repeat(30_000)}`;
    expect(redacted(source)).toBe(source.replace('u:p@', '***@'));
  });
});

it('the schema and the profile of a dataset lose known tokens, and nothing else', () => {
  const long = 'x'.repeat(16_000_000);
  const schema = '{"mlflow_colspec": [{"name": "token", "type": "string"}]}';
  const profile = `{"first": "${TOKEN}", "token": "the", "long": "${long}"}`;
  const redacted = redactDataset({ ...DATASET, source: '', schema, profile });
  expect(redacted.schema).toBe(schema);
  // Compared here, because a failed `toBe` would print 16 MB.
  const expected = `{"first": "***", "token": "the", "long": "${long}"}`;
  expect(redacted.profile === expected).toBe(true);
});
