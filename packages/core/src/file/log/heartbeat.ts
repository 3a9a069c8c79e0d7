import { utimesSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/**
 * Touches one log of a process while it has active runs, so that readers on other machines can see that the process
 * lives (docs/decisions/015-lost-runs.md). A separate thread does it, because timers of the main thread do not fire
 * while a training computes for minutes. The thread does not keep the process alive.
 */
export class Heartbeat {
  readonly #intervalMs: number;
  #path: string | undefined;
  #lingering: ReturnType<typeof setTimeout> | undefined;

  /** The path is touched every `intervalMs`. */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Sets the log to touch. With `undefined`, the touching stops soon. Cheap if nothing changes. */
  beat(path: string | undefined): void {
    if (path === this.#path) return;
    this.#path = path;
    if (path === undefined) {
      this.#lingering ??= setTimeout(() => this.#endIfIdle(), LINGER_MS).unref();
      return;
    }
    if (beating.get(this)?.path === path) return;
    beating.set(this, { path, intervalMs: this.#intervalMs });
    thread ??= startThread();
    thread.tell();
  }

  #endIfIdle(): void {
    this.#lingering = undefined;
    if (this.#path === undefined && beating.delete(this)) thread?.tell();
  }
}

/** A log to touch, and how often. */
interface Beat {
  readonly path: string;
  readonly intervalMs: number;
}

interface Thread {
  /** Passes the path of the log to touch. */
  tell(): void;
}

const beating = new Map<Heartbeat, Beat>();
let thread: Thread | undefined;

/** The touching continues for this time, so that short runs in quick succession do not start and stop it each time. */
const LINGER_MS = 1000;

/** The thread ends after this time without a log to touch. */
const IDLE_MS = 60_000;

/**
 * The program of the thread, as text, because a bundled program has no file for it. It takes the time from the file
 * system with a probe file, because a network file system has another clock than this machine.
 */
const SCRIPT = `
const { parentPort, workerData } = require('node:worker_threads');
const { openSync, fstatSync, closeSync, unlinkSync, utimesSync } = require('node:fs');
const { dirname, join } = require('node:path');
let timers = [];
let idle;
function fileSystemTime(folder) {
  const probe = join(folder, '.beat-' + process.pid + '-' + Math.random().toString(36).slice(2));
  try {
    const fd = openSync(probe, 'w');
    try {
      return fstatSync(fd).mtime;
    } finally {
      closeSync(fd);
      unlinkSync(probe);
    }
  } catch {
    return new Date();
  }
}
function touch(path) {
  try {
    const time = fileSystemTime(dirname(path));
    utimesSync(path, time, time);
  } catch {
    // Deleted, or the disk is away: the next beat tries again.
  }
}
parentPort.on('message', (beats) => {
  timers.forEach(clearInterval);
  clearTimeout(idle);
  timers = beats.map(({ path, intervalMs }) => setInterval(touch, intervalMs, path));
  if (beats.length === 0) idle = setTimeout(() => parentPort.close(), workerData.idleMs);
});
`;

function startThread(): Thread {
  let worker: Worker;
  try {
    // Without the options of this process, which may load a compiler or a debugger.
    worker = new Worker(SCRIPT, {
      eval: true,
      execArgv: [],
      env: {},
      workerData: { idleMs: IDLE_MS },
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    });
  } catch {
    // Threads are forbidden here, as under Node's permission model.
    return timersOfThisThread();
  }
  worker.unref();
  worker.once('error', () => {
    thread = timersOfThisThread();
    thread.tell();
  });
  worker.once('exit', () => {
    if (thread !== started) return;
    thread = undefined;
    if (beating.size === 0) return;
    thread = startThread();
    thread.tell();
  });
  const started: Thread = { tell: () => worker.postMessage([...beating.values()]) };
  return started;
}

/** A replacement with timers of this thread, which do not fire while the thread computes. */
function timersOfThisThread(): Thread {
  let timers: ReturnType<typeof setInterval>[] = [];
  const touch = (path: string): void => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // Deleted, or the disk is away: the next beat tries again.
    }
  };
  return {
    tell() {
      timers.forEach(clearInterval);
      timers = [...beating.values()].map(({ path, intervalMs }) =>
        setInterval(touch, intervalMs, path).unref(),
      );
    },
  };
}
