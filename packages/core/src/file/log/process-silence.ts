import { closeSync, fstatSync, openSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { LAYOUT } from '../layout.ts';
import { logNames } from './log-reader.ts';

/** A process with active runs touches one of its logs every quarter of this time (`heartbeat.ts`). */
const SILENCE_MS = 60_000;

/** How long a result is valid, because one read judges many runs. */
const SCAN_MS = 1000;
/** The possible error of our own clock, which is used if no file can be touched. */
const CLOCK_SKEW_MS = 600_000;

/**
 * Judges how long writers have been silent: it compares the times of their logs with the time of a file in the same
 * folder that it touches now, so that both times are from the clock of the file system.
 */
export class ProcessSilence {
  readonly #store: string;
  readonly #folder: string;
  #scan: { atMs: number; nowMs: number; logs: Map<string, string[]> } | undefined;
  readonly #signs = new Map<string, number>();

  /** `folder` is the folder of the store. */
  constructor(folder: string) {
    this.#store = folder;
    this.#folder = join(folder, LAYOUT.logs);
  }

  /** Whether none of a writer's logs was written or touched within the last minute. */
  isSilent(writer: string): boolean {
    const { nowMs, logs } = this.#scanned();
    let sign = this.#signs.get(writer);
    if (sign === undefined) {
      sign = Math.max(0, ...(logs.get(writer) ?? []).map((name) => this.#touchedMs(name)));
      this.#signs.set(writer, sign);
    }
    return nowMs - sign > SILENCE_MS;
  }

  #scanned(): { nowMs: number; logs: Map<string, string[]> } {
    const atMs = performance.now();
    if (this.#scan !== undefined && atMs - this.#scan.atMs < SCAN_MS) return this.#scan;
    this.#signs.clear();
    const logs = new Map<string, string[]>();
    for (const name of logNames(this.#store)) {
      const writer = name.slice(0, name.lastIndexOf('-'));
      logs.set(writer, [...(logs.get(writer) ?? []), name]);
    }
    this.#scan = { atMs, nowMs: this.#fileSystemNowMs(logs), logs };
    return this.#scan;
  }

  #fileSystemNowMs(logs: ReadonlyMap<string, readonly string[]>): number {
    const probe = join(this.#folder, `.now-${process.pid}-${Math.random().toString(36).slice(2)}`);
    try {
      const fd = openSync(probe, 'wx');
      try {
        return fstatSync(fd).mtimeMs;
      } finally {
        closeSync(fd);
        unlinkSync(probe);
      }
    } catch {
      // The store is read-only here. The newest log is not from the future.
      let newest = Date.now() - CLOCK_SKEW_MS;
      for (const names of logs.values()) {
        for (const name of names) newest = Math.max(newest, this.#touchedMs(name));
      }
      return newest;
    }
  }

  #touchedMs(name: string): number {
    return statSync(join(this.#folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }
}
