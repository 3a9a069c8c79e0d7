import { PointColumns } from '../../fold/point-columns.ts';
import type { RunPoints } from './add-points.ts';
import type { PointParts, UsedPart } from './point-parts.ts';

/** The points of one run: of parts, which are read for each metric that is asked for, and of the lines behind them. */
export class RunHistory {
  readonly #parts: PointParts;
  readonly #used: readonly UsedPart[];
  readonly #tail: RunPoints;
  readonly #settled = new Map<string, PointColumns>();

  constructor(parts: PointParts, used: readonly UsedPart[], tail: RunPoints) {
    this.#parts = parts;
    this.#used = used;
    this.#tail = tail;
  }

  /** The points of one metric, settled. @throws IndexDamaged once: the part is not used again */
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
