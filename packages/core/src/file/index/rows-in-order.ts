import type { RunFold } from '../../fold/run-fold.ts';
import type { RunId } from '../../model/ids.ts';
import type { Extent } from './kept-events.ts';
import type { PartBuilder } from './part-builder.ts';
import type { PlainRows } from './plain-rows.ts';
import { inPartOrder, isHexId } from './run-ids.ts';

/** The number of runs to add to a part before other work gets its turn. */
const RUNS_A_TURN = 50;
/** The rows to look at in one turn. */
const ROWS_A_TURN = 20_000;
/** There are fewer rows than this, so that a row and four bytes of an id fit into one number. */
const ROWS_LIMIT = 2 ** 21;

/** A run that goes into a part, and is not a plain run. */
export interface FoldedEntry {
  readonly runId: RunId;
  readonly take: () => { readonly fold: RunFold; readonly extents: readonly Extent[] };
}

/** The runs of a new part. */
export interface PartContent {
  readonly plain: PlainRows;
  readonly folded: Iterable<FoldedEntry>;
  /** Called with the openers of each run that has not ended. */
  readonly onRunning?: (openers: Iterable<string>) => void;
}

/** Adds runs to a part in the order of its rows. Other work can run at each `yield`. */
export function* addInPartOrder(
  builder: PartBuilder,
  { plain, folded, onRunning }: PartContent,
): Generator<void> {
  const byId = new Map<RunId, FoldedEntry>();
  for (const entry of folded) byId.set(entry.runId, entry);
  const ids = yield* inPartOrder(byId.keys());
  const rows = yield* sortedRows(plain);
  let place = 0;
  let next = 0;
  while (place < rows.length || next < ids.length) {
    if (builder.rowCount % RUNS_A_TURN === 0) yield;
    const row = rows[place];
    const id = ids[next];
    if (row !== undefined && (id === undefined || !isHexId(id) || plain.id(row) < id)) {
      builder.addPlain(row);
      if (plain.status(row) === 'RUNNING') onRunning?.(plain.openers(row));
      place += 1;
      continue;
    }
    const { fold, extents } = (byId.get(id as RunId) as FoldedEntry).take();
    builder.add(fold, extents);
    if (fold.status === 'RUNNING') onRunning?.(fold.openers);
    next += 1;
  }
}

/** Returns the rows that are not gone, sorted by id. */
function* sortedRows({ ids, isGone, count }: PlainRows): Generator<void, Uint32Array> {
  if (count >= ROWS_LIMIT) throw new RangeError('too many rows for one part');
  const keyed = new Float64Array(count);
  let length = 0;
  for (let row = 0; row < count; row += 1) {
    if (isGone.at(row) === 1) continue;
    keyed[length] = ids.head(row) * ROWS_LIMIT + row;
    length += 1;
    if (row % ROWS_A_TURN === ROWS_A_TURN - 1) yield;
  }
  const rows = Uint32Array.from(keyed.subarray(0, length).sort(), (key) => key % ROWS_LIMIT);
  yield;
  // Ids with the same first bytes are sorted by the rest.
  for (let from = 0; from < length; ) {
    const head = ids.head(rows[from] as number);
    let to = from + 1;
    while (to < length && ids.head(rows[to] as number) === head) to += 1;
    if (to > from + 1) {
      const group = [...rows.subarray(from, to)].sort((a, b) => ids.compare(a, b));
      rows.set(group, from);
    }
    from = to;
  }
  return rows;
}
