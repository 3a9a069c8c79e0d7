import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEventLine, encodeEventLine } from '../../events/event-line.ts';
import { runOf } from '../../events/event-subject.ts';
import type { StoreEvent } from '../../events/store-event.ts';
import type { ExperimentId, RunId } from '../../model/ids.ts';
import type { LifecycleView } from '../../query/lifecycle-view.ts';
import { byAttribute } from '../../query/order.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { answerRunQuery } from '../../state/answer-run-query.ts';
import { RunReading } from '../../state/run-reading.ts';
import { StoreFold } from '../../state/store-fold.ts';
import type { StoreState } from '../../state/store-state.ts';
import { anyStoreEvent } from '../../testing/event-arbitraries.ts';
import { withCheck } from '../log/line-check.ts';
import { LogLine } from '../log/log-lines.ts';
import { positionOf } from '../log/log-reader.ts';
import { IndexedState } from './indexed-state.ts';
import { PartBuilder } from './part-builder.ts';
import { memoryPart, PartReader } from './part-source.ts';
import { PartTable } from './part-table.ts';
import { addInPartOrder } from './rows-in-order.ts';

/** Ids with the same first bytes, and one that is not hexadecimal. */
const RUNS = [
  'a'.repeat(32),
  `${'a'.repeat(31)}b`,
  '0123456789abcdef'.repeat(2),
  'My-run',
] as RunId[];
const run = fc.constantFrom(...RUNS);
const experiment = fc.constantFrom('0', '12') as fc.Arbitrary<ExperimentId>;
const names = fc.constantFrom('a', 'b', 'c/d', 'e', 'f', '7', 'constructor');
const plainTexts = fc.constantFrom('', '1', '2', 'x y');
/** Mostly such as a plain run may have. */
const key = fc.oneof({ weight: 9, arbitrary: names }, fc.constant('mlflow.runName'));
const text = fc.oneof({ weight: 9, arbitrary: plainTexts }, fc.constantFrom('ü', '"'));
const texts = fc.dictionary(key, text, { maxKeys: 3, noNullPrototype: true });
const value = fc.constantFrom(0, -0, 0.1, 1e21, Number.NaN, Number.NEGATIVE_INFINITY);
const timeMs = fc.nat({ max: 3 });

/** Mostly events that a plain run may have. */
const event: fc.Arbitrary<StoreEvent> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record(
      {
        kind: fc.constant('run-created' as const),
        run,
        experiment,
        name: text,
        user: text,
        timeMs,
        tags: texts,
      },
      { requiredKeys: ['kind', 'run', 'experiment', 'name', 'user', 'timeMs'] },
    ),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('params' as const), run, params: texts }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tags' as const), run, tags: texts }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('metrics' as const),
      run,
      timeMs,
      step: fc.nat({ max: 1 }),
      metrics: fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        kind: fc.constant('run-updated' as const),
        run,
        status: fc.constantFrom('RUNNING' as const, 'FINISHED' as const),
        endTimeMs: timeMs,
      },
      { requiredKeys: ['kind', 'run', 'status'] },
    ),
  },
  { weight: 1, arbitrary: anyStoreEvent },
);

interface Written {
  readonly event: StoreEvent;
  readonly stampUs: number;
  readonly writer: string;
}

const written = fc.record({
  event,
  stampUs: fc.nat({ max: 5000 }),
  writer: fc.oneof({ weight: 9, arbitrary: fc.constant('w1') }, fc.constant('w2')),
});
const later = fc.array(written, { maxLength: 15 });
const creations: Written[] = RUNS.map((id, place) => ({
  event: {
    kind: 'run-created',
    run: id,
    experiment: '0' as ExperimentId,
    name: `${place}`,
    user: 'ada',
    timeMs: place,
  },
  stampUs: 2000 + place,
  writer: 'w1',
}));
/** Runs that were mostly created before anything else. */
const history = fc
  .tuple(fc.subarray(creations), later)
  .map(([first, then]): Written[] => [...first, ...then]);

/** Joins the lines of events to two states: to one without looking at them as lines of plain runs. */
function read(written: readonly Written[], plain: IndexedState, fold: StoreFold, from = 0): number {
  let taken = 0;
  let offset = from;
  for (const { event, stampUs, writer } of written) {
    const line = Buffer.from(withCheck(encodeEventLine(stampUs, event)));
    const end = offset + line.length + 1;
    const place = { log: `${writer}-000001.jsonl`, writer, sequence: 1, from: offset, to: end };
    const decoded = decodeEventLine(line.toString());
    if (decoded.outcome !== 'event') throw new Error('the line is not an event');
    const order = { stampUs: decoded.stampUs, writer, position: positionOf(1, offset) };
    fold.apply(decoded.event, order);
    const stamp = plain.applyPlain(new LogLine(line, 0, line.length, offset, end), place);
    if (stamp === undefined) plain.apply(decoded.event, order, runOf(decoded.event), place);
    else expect(stamp).toBe(stampUs);
    if (stamp !== undefined) taken += 1;
    offset = end;
  }
  return taken;
}

const FILTERS = [
  undefined,
  "params.a = '1'",
  "params.b != '1'",
  'metrics.a > 0',
  'metrics.`c/d` <= 0.1',
  "tags.a LIKE '%'",
  "attributes.run_name = '1'",
  "attributes.user_id != ''",
  "attributes.status = 'FINISHED'",
  'attributes.end_time > 1',
  'attributes.start_time < 2',
  "tags.`mlflow.runName` = '2'",
].map((text) => text && parseFilter('runs', text));

function answers(state: StoreState): unknown {
  const reading = new RunReading(state.experiments);
  const views: LifecycleView[] = ['active', 'all'];
  return {
    runs: RUNS.map((id) => state.run(id)?.view()),
    openers: RUNS.map((id) => state.run(id)?.openers),
    standings: RUNS.map((id) => state.standingOf(id)?.created?.experiment),
    found: FILTERS.flatMap((filter) =>
      views.map((view) => {
        const order = [byAttribute('start_time', 'descending'), byAttribute('run_id', 'ascending')];
        const query = { order, limit: 10, view, ...(filter ? { filter } : {}) };
        return answerRunQuery(state, reading, query).map(({ runId }) => runId);
      }),
    ),
  };
}

/** Replaces the runs of a state by a part that was made from them. */
function spill(state: IndexedState): void {
  const builder = new PartBuilder(state.plain);
  const content = { plain: state.plain.rows, folded: state.foldedEntries() };
  for (const _ of addInPartOrder(builder, content));
  const finishing = builder.finish('s', { experiments: '', models: '' });
  for (;;) {
    const { done, value: pieces } = finishing.next();
    if (done !== true) continue;
    const reader = new PartReader(memoryPart(pieces));
    state.spill(new PartTable(reader, new Uint8Array(reader.header.rowCount)));
    return;
  }
}

describe('plain runs', () => {
  it('are what the fold of their events is, also in a part, and with later events', () => {
    let taken = 0;
    fc.assert(
      fc.property(history, later, (before, after) => {
        const [plain, fold] = [new IndexedState(), new StoreFold()];
        taken += read(before, plain, fold);
        expect(answers(plain)).toEqual(answers(fold));
        spill(plain);
        expect(answers(plain)).toEqual(answers(fold));
        taken += read(after, plain, fold, 10_000);
        expect(answers(plain)).toEqual(answers(fold));
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(500);
  });

  it('do not include a line whose check is wrong', () => {
    const created = encodeEventLine(1000, {
      kind: 'run-created',
      run: RUNS[0] as RunId,
      experiment: '0' as ExperimentId,
      name: 'r',
      user: '',
      timeMs: 1,
    });
    const line = Buffer.from(withCheck(created).replace('"r"', '"s"'));
    const state = new IndexedState();
    const place = { log: 'w-000001.jsonl', writer: 'w', sequence: 1, from: 0, to: line.length + 1 };
    expect(
      state.applyPlain(new LogLine(line, 0, line.length, 0, line.length + 1), place),
    ).toBeUndefined();
    expect(state.untabledCount).toBe(0);
  });
});
