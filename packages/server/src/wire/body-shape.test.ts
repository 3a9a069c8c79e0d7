import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../routes.ts';
import { serve } from '../testing/serve.ts';
import { assertBodyShape, MOST_DEPTH, MOST_VALUES } from './body-shape.ts';

const API = '/api/2.0/mlflow';

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

function many(values: number): string {
  return `[${'1,'.repeat(values - 2)}1]`;
}

describe('the shape of a body', () => {
  it('has an exact limit of depth and of values', () => {
    expect(() => assertBodyShape(nested(MOST_DEPTH))).not.toThrow();
    expect(() => assertBodyShape(nested(MOST_DEPTH + 1))).toThrow(/nested more than/);
    expect(() => assertBodyShape(many(MOST_VALUES))).not.toThrow();
    expect(() => assertBodyShape(many(MOST_VALUES + 1))).toThrow(/more than 200000 values/);
    expect(() => assertBodyShape('{"a":'.repeat(MOST_DEPTH + 1))).toThrow(/nested/);
  });

  it('does not count the characters inside texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', ',', 'a') }), (text) => {
        const body = JSON.stringify({ [text]: [text.repeat(200)] });
        expect(() => assertBodyShape(body)).not.toThrow();
        // The check continues after the text.
        const begun = body.slice(0, -1);
        expect(() => assertBodyShape(`${begun},"z":${nested(MOST_DEPTH)}`)).toThrow(/nested/);
      }),
    );
  });

  it('is checked before the body is parsed, and the server continues', async () => {
    const client = await serve();
    const send = (body: string) =>
      client.fetch(`${API}/runs/log-batch`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
    for (const body of [
      `{"run_id":"x","metrics":${many(5_000_000)}}`,
      `{"run_id":"x","metrics":${nested(1_000_000)}}`,
      JSON.stringify(nested(1_000_000)),
    ]) {
      const answer = await send(body);
      expect([answer.status, (await answer.text()).slice(0, 60)]).toEqual([
        400,
        expect.stringContaining('INVALID_PARAMETER_VALUE'),
      ]);
    }
    expect((await client.fetch('/health')).status).toBe(200);
  });
});

it('the error for a body in which everything is wrong names only a few fields', () => {
  for (const route of ROUTES.filter(({ method }) => method !== 'GET')) {
    const fields: Record<string, unknown> = {};
    for (const name of [
      'metrics',
      'params',
      'tags',
      'models',
      'datasets',
      'experiment_ids',
      'order_by',
      'keys',
      'events',
      'files',
      'parts',
      'rules',
    ]) {
      fields[name] = Array.from({ length: 10_000 }, () => 1);
    }
    const { error } = route.request.safeParse(fields);
    expect([route.path, (error?.issues.length ?? 0) < 100]).toEqual([route.path, true]);
  }
});
