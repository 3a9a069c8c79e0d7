import { crc32 } from 'node:zlib';
import type { RunFold } from '../../fold/run-fold.ts';
import type { Run } from '../../model/run.ts';
import { RUN_STATUSES } from '../../model/run.ts';
import type { FilterField } from '../../search/filter.ts';
import { datasetValues } from '../../search/run-target.ts';
import {
  BufferCollector,
  bytesOf,
  NumberColumnBuilder,
  TextColumnBuilder,
} from './column-builder.ts';
import { type Extent, encodeKeptState } from './kept-events.ts';
import { encodePartHeader, PART_FORMAT, type PartColumn, WRITERS_FIELD } from './part-format.ts';
import { isHexId } from './run-ids.ts';

/** What is put into a part beside its runs: events of experiments and of logged models, coded as text. */
export interface PartExtras {
  readonly experiments: string;
  readonly models: string;
}

const DATASET_KEYS = ['name', 'digest', 'context'] as const;

/**
 * Puts a part together from the states of runs, added in the order of `comparePartIds`. A run that was
 * not created yet, or was purged, is kept without any value: its later events have to find its state.
 */
export class PartBuilder {
  readonly #hexIds: string[] = [];
  readonly #otherIds: string[] = [];
  readonly #stages: number[] = [];
  readonly #statuses: number[] = [];
  readonly #numbers = new Map<string, NumberColumnBuilder>();
  readonly #texts = new Map<string, TextColumnBuilder>();
  readonly #lists = new Map<string, TextColumnBuilder>();
  readonly #states: Buffer[] = [];
  readonly #checks: number[] = [];
  readonly #offsets: number[] = [0];

  get rowCount(): number {
    return this.#checks.length;
  }

  /** Adds one run and where its events lie. */
  add(fold: RunFold, extents: readonly Extent[]): void {
    const row = this.rowCount;
    (isHexId(fold.runId) ? this.#hexIds : this.#otherIds).push(fold.runId);
    const writers = [...fold.writers];
    const text = encodeKeptState({ events: [...fold.events()], writers, extents });
    const state = Buffer.from(text);
    this.#states.push(state);
    this.#checks.push(crc32(state));
    this.#offsets.push((this.#offsets.at(-1) as number) + state.length);
    this.#list(WRITERS_FIELD).addList(row, writers.sort());
    const run = fold.view();
    this.#stages.push(run?.lifecycleStage === 'deleted' ? 1 : 0);
    this.#statuses.push(RUN_STATUSES.indexOf(run?.status ?? 'RUNNING'));
    if (run !== undefined) this.#addValues(row, run);
  }

  /** The bytes of the part. */
  finish(store: string, extras: PartExtras): Buffer[] {
    const { rowCount } = this;
    const into = new BufferCollector();
    const columns: PartColumn[] = [
      ...[...this.#numbers.values()].map((column) => column.finish(rowCount, into)),
      ...[...this.#texts.values()].map((column) => column.finish(rowCount, into)),
      ...[...this.#lists.values()].map((column) => column.finish(rowCount, into, true)),
    ];
    const placed = {
      hexIds: into.add(Buffer.from(this.#hexIds.join(''), 'hex')),
      otherIds: into.add(Buffer.from(JSON.stringify(this.#otherIds))),
      stages: into.add(Uint8Array.from(this.#stages)),
      statuses: into.add(Uint8Array.from(this.#statuses)),
      stateOffsets: into.add(bytesOf(Float64Array.from(this.#offsets))),
      stateChecks: into.add(bytesOf(Uint32Array.from(this.#checks))),
      experiments: into.add(Buffer.from(extras.experiments)),
      models: into.add(Buffer.from(extras.models)),
    };
    const header = encodePartHeader({
      format: PART_FORMAT,
      store,
      rowCount,
      hexCount: this.#hexIds.length,
      columns,
      ...placed,
      states: [into.length, this.#offsets.at(-1) as number],
    });
    return [header, ...into.pieces, ...this.#states];
  }

  #addValues(row: number, run: Run): void {
    this.#number({ entity: 'attribute', key: 'start_time' }).add(row, run.startTimeMs);
    if (run.endTimeMs !== undefined) {
      this.#number({ entity: 'attribute', key: 'end_time' }).add(row, run.endTimeMs);
    }
    this.#text({ entity: 'attribute', key: 'experiment_id' }).add(row, run.experimentId);
    this.#text({ entity: 'attribute', key: 'run_name' }).add(row, run.name);
    this.#text({ entity: 'attribute', key: 'user_id' }).add(row, run.userId);
    for (const [key, point] of Object.entries(run.metrics)) {
      this.#number({ entity: 'metric', key }).add(row, point.value);
    }
    for (const [key, value] of Object.entries(run.params)) {
      this.#text({ entity: 'param', key }).add(row, value);
    }
    for (const [key, value] of Object.entries(run.tags)) {
      this.#text({ entity: 'tag', key }).add(row, value);
    }
    if (run.datasets.length === 0) return;
    for (const key of DATASET_KEYS) {
      this.#list({ entity: 'dataset', key }).addList(row, datasetValues(run.datasets, key));
    }
  }

  #number(field: FilterField): NumberColumnBuilder {
    return columnOf(this.#numbers, field, () => new NumberColumnBuilder(field));
  }

  #text(field: FilterField): TextColumnBuilder {
    return columnOf(this.#texts, field, () => new TextColumnBuilder(field));
  }

  #list(field: FilterField): TextColumnBuilder {
    return columnOf(this.#lists, field, () => new TextColumnBuilder(field));
  }
}

function columnOf<Column>(
  columns: Map<string, Column>,
  { entity, key }: FilterField,
  make: () => Column,
): Column {
  const name = `${entity}/${key}`;
  let column = columns.get(name);
  if (column === undefined) {
    column = make();
    columns.set(name, column);
  }
  return column;
}
