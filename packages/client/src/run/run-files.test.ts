import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectBytes, listArtifacts, MemoryStore, readArtifact } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { logArtifactReference, openStore, startRun } from '../index.ts';

const QUIET = { environment: false } as const;

describe('the files of a run', () => {
  it('are local files and folders, tables, images and texts', async () => {
    const base = temporaryFolder();
    const source = join(base, 'plots');
    mkdirSync(join(source, 'deep'), { recursive: true });
    writeFileSync(join(source, 'a.txt'), 'a');
    writeFileSync(join(source, 'deep', 'b.txt'), 'b');
    symlinkSync(source, join(source, 'deep', 'round'));
    symlinkSync('/', join(source, 'deep', 'machine'));
    symlinkSync('/nowhere', join(source, 'deep', 'nowhere'));
    symlinkSync(join(source, 'a.txt'), join(source, 'linked.txt'));
    const store = await openStore(join(base, 'store'));
    await startRun({ ...QUIET, store }, async (run) => {
      await run.logArtifact(source, 'plots');
      await run.logArtifact(join(source, 'a.txt'));
      await run.logText('hello', 'notes.md');
      await run.logTable([{ a: 1, b: 'x' }, { a: Number.NaN }], 'tables/t.json');
      await run.logImage({ width: 1, height: 2, data: new Uint8Array(6) }, 'black.png');
    });
    const [run] = await store.runs({});
    expect(run?.artifacts.map(({ path }) => path)).toEqual([
      'a.txt',
      'black.png',
      'notes.md',
      'plots/a.txt',
      'plots/deep/b.txt',
      'plots/linked.txt',
      'tables/t.json',
    ]);
  });

  it('can refer to content elsewhere instead of copying it', async () => {
    const base = temporaryFolder();
    writeFileSync(join(base, 'a.csv'), 'rows');
    for (const store of [await openStore(join(base, 'store')), new MemoryStore()]) {
      const reference = { uri: 's3://bucket/a.csv', sizeBytes: 4, sha256: 'a'.repeat(64) };
      const [file] = await startRun({ ...QUIET, store }, (run) =>
        run.logArtifact(join(base, 'a.csv')),
      );
      const run = await startRun({ ...QUIET, store });
      await logArtifactReference('there.csv', reference);
      await run.logArtifactReference('same.csv', { sha256: file?.sha256 ?? '' });
      await run.end();
      const owner = { kind: 'run', ...run } as const;
      expect(await listArtifacts(store, owner)).toEqual([
        { path: 'same.csv', isFolder: false, sizeBytes: 4 },
        { path: 'there.csv', isFolder: false, sizeBytes: 4, uri: reference.uri },
      ]);
      const bytes = await collectBytes(readArtifact(store, owner, 'same.csv'));
      expect(new TextDecoder().decode(bytes)).toBe('rows');
    }
  });
});

describe("the tag that lists a run's tables", () => {
  it.each([
    [
      'tables that another process logged',
      '[{"path":"a.json","type":"table"}]',
      ['a.json', 'b.json'],
    ],
    ['a value that is not JSON', 'not JSON', ['b.json']],
    ['another kind of JSON', '{"path":"a.json"}', ['b.json']],
    ['entries of other kinds', '[null, 5, {"path": 7}]', ['b.json']],
  ])('gets a new table when it has %s', async (_, tag, expected) => {
    const store = new MemoryStore();
    const tags = { 'mlflow.loggedArtifacts': tag };
    const { runId } = await startRun({ ...QUIET, store, tags }, (run) => run);
    await startRun({ ...QUIET, store, runId }, (run) => run.logTable([{ x: 1 }], 'b.json'));
    const [run] = await store.runs({});
    const listed = JSON.parse(run?.tags['mlflow.loggedArtifacts'] ?? '') as { path: string }[];
    expect(listed.map(({ path }) => path)).toEqual(expected);
  });
});
