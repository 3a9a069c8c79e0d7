import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { encodeEventLine } from '../events/event-line.ts';
import type { ExperimentId } from '../model/ids.ts';
import { openFileStore } from './file-store.ts';
import { type Durability, type LogFileSystem, LogWriter } from './log-writer.ts';
import { createStore } from './store-file.ts';

/** Real files, until `fail` says that a call goes wrong. */
function failingFiles(fail: { write?: Error; sync?: Error; shortWrites?: boolean }): LogFileSystem {
  return {
    open: (path) => openSync(path, 'ax'),
    write: (fd, bytes, offset) => {
      if (fail.write !== undefined) {
        // Half of it reaches the disk, as when the disk runs full.
        writeSync(fd, bytes, offset, Math.floor((bytes.length - offset) / 2));
        throw fail.write;
      }
      const left = bytes.length - offset;
      return writeSync(fd, bytes, offset, fail.shortWrites ? Math.min(7, left) : left);
    },
    sync: (fd) => {
      if (fail.sync !== undefined) throw fail.sync;
      fdatasyncSync(fd);
    },
    truncate: ftruncateSync,
    close: closeSync,
    syncFolder: () => {},
  };
}

function errno(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code });
}

function setUp(fail: Parameters<typeof failingFiles>[0], durability: Durability = 'os') {
  const folder = temporaryFolder();
  const writer = new LogWriter({
    folder,
    storeId: createStore(folder).id,
    durability,
    files: failingFiles(fail),
  });
  let stampUs = 0;
  return {
    append(name: string, sync = false) {
      stampUs += 1;
      const experiment = String(stampUs) as ExperimentId;
      const event = { kind: 'experiment-created', experiment, name, timeMs: 1 } as const;
      writer.append(encodeEventLine(stampUs, event), stampUs, sync);
    },
    close: () => writer.close(stampUs + 1),
    logs: () => readdirSync(join(folder, 'logs')).sort(),
    text: (log: string) => readFileSync(join(folder, 'logs', log), 'utf8'),
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
      format: 1,
      sequence: 0,
      pid: process.pid,
    });
    expect(await names()).toEqual(['a', 'b']);
  });

  it('makes no log as long as nothing is written', () => {
    const { close, logs } = setUp({});
    close();
    expect(logs()).toEqual([]);
  });

  it('writes on when the system takes only a part at a time', async () => {
    const { append, names } = setUp({ shortWrites: true });
    append('a');
    append('b');
    expect(await names()).toEqual(['a', 'b']);
  });

  it('takes back a write that failed half way, and goes on in a new log', async () => {
    const fail: { write?: Error } = {};
    const { append, logs, text, names } = setUp(fail);
    append('a');
    fail.write = errno('ENOSPC');
    expect(() => append('lost')).toThrow(
      expect.objectContaining({
        code: 'WRITE_FAILED',
        message: expect.stringContaining('disk is full'),
      }),
    );
    delete fail.write;
    append('b');
    expect(logs()).toHaveLength(2);
    expect(text(logs()[0] as string).endsWith('\n')).toBe(true);
    expect(await names()).toEqual(['a', 'b']);
  });

  it('writes again to a new log what was acknowledged and could not be synced', async () => {
    const fail: { sync?: Error } = {};
    const { append, logs, text, names } = setUp(fail);
    append('a', true);
    append('b');
    fail.sync = errno('EIO');
    expect(() => append('c', true)).toThrow(expect.objectContaining({ code: 'WRITE_FAILED' }));
    delete fail.sync;
    append('d', true);
    const second = text(logs().at(-1) as string);
    expect(second).toContain('"b"');
    expect(second).toContain('"d"');
    expect((await names()).filter((name) => name !== 'c')).toEqual(['a', 'b', 'd']);
  });

  it('syncs every call with durability fsync', () => {
    let syncs = 0;
    const folder = temporaryFolder();
    const files = {
      ...failingFiles({}),
      sync: () => {
        syncs += 1;
      },
    };
    const storeId = createStore(folder).id;
    const writer = new LogWriter({ folder, storeId, durability: 'fsync', files });
    for (let stampUs = 1; stampUs <= 5; stampUs += 1) writer.append('{}\n', stampUs, false);
    expect(syncs).toBeGreaterThanOrEqual(5);
  });
});
