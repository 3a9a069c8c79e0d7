import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../events/event-subject.ts';
import type { ExperimentId, RunId } from '../model/ids.ts';
import { RunFold } from './run-fold.ts';

const run = 'a'.repeat(32) as RunId;
const created: RunEvent = {
  kind: 'run-created',
  run,
  experiment: '0' as ExperimentId,
  name: 'first',
  user: 'ada',
  timeMs: 1,
};

/** Folds events in the order given, stamped 1, 2, 3 … */
function view(...events: RunEvent[]) {
  const fold = new RunFold(run);
  events.forEach((event, index) => {
    fold.apply(event, { stampUs: index + 1, writer: 'w', position: index });
  });
  return fold.view();
}

describe('RunFold', () => {
  it('has no run before its creation is read', () => {
    expect(view({ kind: 'tags', run, tags: { a: '1' } })).toBeUndefined();
  });

  it('keeps the first value of a param and shows every other as a conflict', () => {
    const state = view(
      created,
      { kind: 'params', run, params: { lr: '0.1' } },
      { kind: 'params', run, params: { lr: '0.2' } },
      { kind: 'params', run, params: { lr: '0.1', batch: '32' } },
    );
    expect(state?.params).toEqual({ batch: '32', lr: '0.1' });
    expect(state?.paramConflicts).toEqual([{ key: 'lr', value: '0.1', rejected: ['0.2'] }]);
  });

  it('keeps the latest value of a tag, and no tag that is deleted afterwards', () => {
    const state = view(
      created,
      { kind: 'tags', run, tags: { a: '1', b: '1' } },
      { kind: 'tags', run, tags: { b: null } },
      { kind: 'tags', run, tags: { a: '2' } },
    );
    expect(state?.tags).toEqual({ a: '2', 'mlflow.runName': 'first' });
  });

  it('has the same name as the tag in which MLflow keeps it', () => {
    const renamed = view(created, { kind: 'run-updated', run, name: 'second' });
    expect(renamed).toMatchObject({ name: 'second', tags: { 'mlflow.runName': 'second' } });
    expect(view(created, { kind: 'tags', run, tags: { 'mlflow.runName': 'third' } })?.name).toBe(
      'third',
    );
  });

  it('keeps keys such as __proto__ and constructor', () => {
    const params = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
    const state = view(created, { kind: 'params', run, params });
    expect(Object.entries(state?.params ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});
