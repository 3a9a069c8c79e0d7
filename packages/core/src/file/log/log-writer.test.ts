import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { encodeEventLine } from '../../events/event-line.ts';
import type { ExperimentId } from '../../model/ids.ts';
import { openFileStore } from '../file-store.ts';
import type { StoreDamage } from '../store-damage.ts';
import { createStore } from '../store-file.ts';
import type { Durability } from './durability.ts';
import { withCheck } from './line-check.ts';
import { type LogFileSystem, NODE_LOG_FILES } from './log-file-system.ts';
import { LogWriter } from './log-writer.ts';

interface Faults {
  write?: Error;
  /** Fails this many syncs. */
  syncs?: number;
  truncate?: Error;
  shortWrites?: boolean;
  /** Called when a write failed half way, before its bytes are removed. */
  atFailure?: () => Promise<unknown>;
  /** The result of `atFailure`. */
  seen?: Promise<unknown>;
}

/** Real files whose calls fail as the faults say. */
function failingFiles(fault: Faults, opened: Set<number>): LogFileSystem {
  return {
    create: (path) => {
      const fd = openSync(path, 'ax');
      opened.add(fd);
      return fd;
    },
    reopen: NODE_LOG_FILES.reopen,
    write: (fd, bytes, offset) => {
      const left = bytes.length - offset;
      if (fault.write !== undefined) {
        // Half of it reaches the disk, as when the disk runs full.
        writeSync(fd, bytes, offset, Math.ceil(left / 2) + 10);
        if (fault.atFailure !== undefined) fault.seen = fault.atFailure();
        throw fault.write;
      }
      return writeSync(fd, bytes, offset, fault.shortWrites ? Math.min(7, left) : left);
    },
    sync: (fd) => {
      if ((fault.syncs ?? 0) > 0) {
        fault.syncs = (fault.syncs ?? 0) - 1;
        throw errno('EIO');
      }
      fdatasyncSync(fd);
    },
    truncate: (fd, length) => {
      if (fault.truncate !== undefined) throw fault.truncate;
      ftruncateSync(fd, length);
    },
    close: (fd) => {
      closeSync(fd);
      opened.delete(fd);
    },
    unlink: unlinkSync,
    syncFolder: () => {},
  };
}

function errno(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code });
}

const WRITE_FAILED = expect.objectContaining({ code: 'WRITE_FAILED' });

function setUp(fault: Faults, durability: Durability = 'os', opened: Set<number> = new Set()) {
  const folder = temporaryFolder();
  const { id } = createStore(folder);
  const writer = new LogWriter({
    folder,
    ensureStore: () => id,
    durability,
    files: failingFiles(fault, opened),
  });
  let stampUs = 0;
  const appendAll = (names: readonly string[], sync = false): void => {
    let lines = '';
    for (const name of names) {
      stampUs += 1;
      const experiment = String(stampUs) as ExperimentId;
      const event = { kind: 'experiment-created', experiment, name, timeMs: 1 } as const;
      lines += `${withCheck(encodeEventLine(stampUs, event))}\n`;
    }
    writer.append({ bytes: Buffer.from(lines), count: names.length }, stampUs, sync);
  };
  return {
    folder,
    appendAll,
    append: (name: string, sync = false) => appendAll([name], sync),
    close: () => writer.close(stampUs + 1),
    logs: () => readdirSync(join(folder, 'logs')).sort(),
    text: (log: string | undefined) => readFileSync(join(folder, 'logs', log ?? ''), 'utf8'),
    async names() {
      const experiments = await openFileStore(folder).experiments();
      return experiments.map(({ name }) => name).filter((name) => name !== 'Default');
    },
  };
}

describe('a log writer', () => {
  it('writes a header, then its lines, then a closing line', async () => {
    const { append, close, logs, text, names } = setUp({});
    append('a');
    append('b');
    close();
    const lines = text(logs()[0] as string)
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual([
      'log',
      'experiment-created',
      'experiment-created',
      'sealed',
    ]);
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      format: 2,
      sequence: 0,
      pid: process.pid,
    });
    expect(await names()).toEqual(['a', 'b']);
  });

  it('creates no log before the first write', () => {
    const { close, logs } = setUp({});
    close();
    expect(logs()).toEqual([]);
  });

  it('writes the rest when the system writes only a part of the bytes', async () => {
    const { append, names } = setUp({ shortWrites: true });
    append('a');
    append('b');
    expect(await names()).toEqual(['a', 'b']);
  });

  it('removes the bytes of a write that failed, and continues in a new log', async () => {
    const fault: Faults = {};
    const { append, logs, text, names } = setUp(fault);
    append('a');
    fault.write = errno('ENOSPC');
    for (let call = 0; call < 10; call += 1) {
      expect(() => append('refused')).toThrow(/disk is full/);
    }
    delete fault.write;
    append('b');
    expect(logs()).toHaveLength(2);
    expect(text(logs()[0]).includes('"a","timeMs":1,"crc":')).toBe(true);
    expect(await names()).toEqual(['a', 'b']);
  });

  it('never lets another reader see damage while a write fails', async () => {
    const fault: Faults = {};
    const { append, appendAll, folder } = setUp(fault);
    const damage: StoreDamage[] = [];
    const reader = openFileStore(folder, { onDamage: (found) => damage.push(found) });
    const names = async () => (await reader.experiments()).map(({ name }) => name);
    append('a');
    fault.write = errno('ENOSPC');
    // The first half, a whole line of it, is on the disk until it is removed.
    fault.atFailure = () => reader.experiments();
    expect(() => appendAll(['refused', 'x'])).toThrow(WRITE_FAILED);
    await fault.seen;
    delete fault.write;
    for (const name of ['a longer name than the one that was refused', 'b']) append(name);
    expect((await names()).sort()).toEqual(
      ['Default', 'a', 'a longer name than the one that was refused', 'b'].sort(),
    );
    expect(damage).toEqual([]);
  });

  it('leaves no file of a log whose header could not be written', async () => {
    const fault: Faults = { write: errno('ENOSPC') };
    const { append, logs, names } = setUp(fault);
    for (let call = 0; call < 10; call += 1) expect(() => append('refused')).toThrow(WRITE_FAILED);
    expect(logs()).toEqual([]);
    delete fault.write;
    append('a');
    expect(await names()).toEqual(['a']);
  });

  it('starts a new log if it cannot remove the torn end of the last one', async () => {
    const fault: Faults = {};
    const { append, logs, text, names } = setUp(fault);
    append('a');
    append('b');
    fault.write = errno('EIO');
    fault.truncate = errno('EIO');
    expect(() => append('refused')).toThrow(WRITE_FAILED);
    delete fault.write;
    append('c');
    expect(text(logs()[0]).endsWith('\n')).toBe(false);
    expect(logs()).toHaveLength(2);
    expect(await names()).toEqual(['a', 'b', 'c']);
  });

  it('writes acknowledged lines again to a new log if they could not be synced', async () => {
    const fault: Faults = {};
    const { append, logs, text, names } = setUp(fault);
    append('a', true);
    append('b');
    fault.syncs = 1;
    append('c', true);
    expect(logs()).toHaveLength(2);
    expect(text(logs()[1])).toMatch(/"b"[\s\S]*"c"/);
    expect(await names()).toEqual(['a', 'b', 'c']);
  });

  it('keeps unsynced lines until a sync works, and leaves no trace of refused calls meanwhile', async () => {
    const fault: Faults = {};
    const { append, close, logs, text, names } = setUp(fault);
    append('a', true);
    append('b');
    fault.syncs = 4;
    expect(() => append('refused', true)).toThrow(WRITE_FAILED);
    expect(() => append('refused', true)).toThrow(WRITE_FAILED);
    expect(await names()).toEqual(['a', 'b']);
    fault.syncs = 0;
    close();
    expect(text(logs().at(-1))).toMatch(/"b"[\s\S]*"sealed"/);
    expect(await names()).toEqual(['a', 'b']);
  });

  it('continues in a new log if another process deleted the store', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder, { durability: 'fsync' });
    await store.createExperiment({ name: 'gone', creationTimeMs: 1 });
    rmSync(folder, { recursive: true });
    await store.createExperiment({ name: 'kept', creationTimeMs: 2 });
    await store.close();
    const names = (await openFileStore(folder, { mustExist: true }).experiments()).map(
      (e) => e.name,
    );
    expect(names).toContain('kept');
  });

  it('syncs when the clock was set back', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 3_600_000_000 });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const fault: Faults = {};
    const { append, logs } = setUp(fault);
    append('a');
    vi.setSystemTime(1_800_000_000);
    fault.syncs = 1;
    append('b');
    // The sync that was due failed, which shows in a new log.
    expect(logs()).toHaveLength(2);
  });

  it('throws if the log cannot be sealed, but closes its file', () => {
    const fault: Faults = {};
    const opened = new Set<number>();
    const { append, close } = setUp(fault, 'os', opened);
    append('a');
    expect(opened.size).toBe(1);
    fault.write = errno('ENOSPC');
    expect(close).toThrow(WRITE_FAILED);
    expect(opened.size).toBe(0);
  });

  it('syncs after every call with durability fsync', () => {
    let syncs = 0;
    const folder = temporaryFolder();
    const files = {
      ...failingFiles({}, new Set()),
      sync: () => {
        syncs += 1;
      },
    };
    const { id } = createStore(folder);
    const writer = new LogWriter({ folder, ensureStore: () => id, durability: 'fsync', files });
    for (let stampUs = 1; stampUs <= 5; stampUs += 1)
      writer.append({ bytes: Buffer.from('{}\n'), count: 1 }, stampUs, false);
    expect(syncs).toBeGreaterThanOrEqual(5);
  });
});
