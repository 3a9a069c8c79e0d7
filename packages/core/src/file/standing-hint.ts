import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LAYOUT } from './layout.ts';
import { errnoOf } from './system/system-errors.ts';

/** The facts of the file that a change of it changes; `undefined` while it does not exist. */
type Sight = Pick<Stats, 'ino' | 'mtimeMs' | 'size'> | undefined;

/** A program that never ends its turn, such as a training in a loop, checks the file again after this time. */
const LOOK_AGAIN_MS = 5;
/** The size after which sizes start again. Two changes in one tick of a coarse clock differ in size or inode. */
const LARGEST_SIZE = 1024;

/** How often this process changed a hint, so that its own handles need not check the file. */
let changes = 0;

/**
 * Says whether something was deleted, restored or purged in a store since this handle read it. The process that does it
 * replaces a small file after the event is in its log, and every handle checks this file before it writes. A check is one
 * `stat`, at most once in a turn of the event loop, because news of other processes arrives in a later turn. Only a change
 * of the file has a meaning: if you delete the file, every handle reads the logs once more.
 */
export class StandingHint {
  readonly #path: string;
  readonly #storeFile: string;
  /** The state of the file at the last read, or at the first check. */
  #read: Sight;
  #isLooked = false;
  #lookAgainMs = 0;
  #changes = 0;

  constructor(folder: string) {
    this.#path = join(folder, LAYOUT.standing);
    this.#storeFile = join(folder, LAYOUT.storeFile);
    this.#read = sightOf(this.#path);
  }

  /** Whether the handle must read the store before it decides whether a write is allowed. */
  get isNew(): boolean {
    if (this.#isLooked && this.#changes === changes && performance.now() < this.#lookAgainMs) {
      return false;
    }
    if (!isSame(this.#read, this.look())) return true;
    this.#rest();
    return false;
  }

  /**
   * Returns the state of the file. Pass it to `wasRead` after the next read. Creates the file if it does not exist, so
   * that its deletion is noticed too.
   */
  look(): Sight {
    const sight = sightOf(this.#path);
    if (sight !== undefined || sightOf(this.#storeFile) === undefined) return sight;
    this.#attempt(() => writeFileSync(this.#path, '', { flag: 'wx' }));
    return sightOf(this.#path);
  }

  /** Records that everything was read that the logs had at the time of `sight`. */
  wasRead(sight: Sight): void {
    this.#read = sight;
    this.#rest();
  }

  /**
   * Notifies every handle on the store. Call it after the event is in a log. If that fails, returns the error of the
   * system; other handles then notice the event only at their next read.
   */
  change(): Error | undefined {
    changes += 1;
    const size = ((sightOf(this.#path)?.size ?? 0) % LARGEST_SIZE) + 1;
    const name = `.${basename(this.#path)}.${randomBytes(6).toString('hex')}.partial`;
    const partial = join(dirname(this.#path), name);
    return this.#attempt(() => {
      writeFileSync(partial, '.'.repeat(size), { flag: 'wx' });
      renameSync(partial, this.#path);
    });
  }

  #rest(): void {
    this.#changes = changes;
    this.#lookAgainMs = performance.now() + LOOK_AGAIN_MS;
    if (this.#isLooked) return;
    this.#isLooked = true;
    // Runs after this turn, including its promises.
    process.nextTick(() => {
      this.#isLooked = false;
    });
  }

  #attempt(write: () => void): Error | undefined {
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      write();
      return undefined;
    } catch (error) {
      if (!(error instanceof Error) || errnoOf(error) === undefined) throw error;
      return error;
    }
  }
}

function sightOf(path: string): Sight {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function isSame(a: Sight, b: Sight): boolean {
  return a?.ino === b?.ino && a?.mtimeMs === b?.mtimeMs && a?.size === b?.size;
}
