import { PointColumns } from '../../fold/point-columns.ts';
import type { RunPoints } from '../../fold/run-points.ts';
import type { StoredPoints, UsedPart } from './stored-points.ts';

/** The points of one run: from parts, which are read for each requested metric, and from the lines that no part covers. */
export class RunHistory {
  readonly #parts: StoredPoints;
  readonly #used: readonly UsedPart[];
  readonly #tail: RunPoints;
  readonly #settled = new Map<string, PointColumns>();

  constructor(parts: StoredPoints, used: readonly UsedPart[], tail: RunPoints) {
    this.#parts = parts;
    this.#used = used;
    this.#tail = tail;
  }

  /** Returns the settled points of a metric. @throws IndexDamaged for a damaged part, which is not used again */
  get(key: string): PointColumns {
    let columns = this.#settled.get(key);
    if (columns === undefined) {
      columns = new PointColumns();
      this.#parts.addTo(columns, this.#used, key);
      const tail = this.#tail.get(key);
      if (tail !== undefined) columns.addColumns(tail);
      columns.settle();
      this.#settled.set(key, columns);
    }
    return columns;
  }
}
