import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { openStore, registerModel, startRun } from '@tidemark/client';
import { type Run, type Store, sha256Hex } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { tidemark } from '../../testing/tidemark.ts';

async function storeWithFiles() {
  const base = temporaryFolder();
  const folder = join(base, 'store');
  const store = await openStore(folder);
  const model = await startRun({ environment: false, store, name: 'training' }, async (run) => {
    await run.logText('one\n', 'notes.txt');
    await run.logText('two\n', 'plots/a/b.txt');
    await run.logText('three\n', 'plots/c.txt');
    return run.logModel({
      name: 'net',
      files: () => [{ path: 'data/weights.bin', content: new Uint8Array([1, 2, 3]) }],
    });
  });
  await registerModel({ store, name: 'penguins', model });
  return { base, folder, store, model, at: ['-s', folder] as const };
}

async function fileOf(store: Store, path: string): Promise<string> {
  const [run] = await store.runs({});
  const { experimentId, runId } = run as Run;
  return join(new URL(store.uri).pathname, 'artifacts', experimentId, runId, path);
}

describe('tidemark artifacts list', () => {
  it('lists one folder, or everything below it, with size and digest', async () => {
    const { at } = await storeWithFiles();
    const { out } = await tidemark('artifacts', 'list', 'latest', ...at);
    expect(out).toMatch(new RegExp(`notes\\.txt +4 B +${sha256Hex('one\n').slice(0, 16)}`));
    expect(out).toContain('plots/');
    expect(out).not.toContain('c.txt');
    const all = await tidemark('artifacts', 'list', 'latest', 'plots', '-r', '--json', ...at);
    expect(JSON.parse(all.out)).toEqual([
      { path: 'plots/c.txt', isFolder: false, sizeBytes: 6, sha256: sha256Hex('three\n') },
      { path: 'plots/a/b.txt', isFolder: false, sizeBytes: 4, sha256: sha256Hex('two\n') },
    ]);
  });

  it('accepts the name of a run and every kind of address', async () => {
    const { at, model } = await storeWithFiles();
    for (const of of [
      model.modelId,
      `models:/${model.modelId}`,
      'models:/penguins/1',
      `runs:/${model.sourceRunId}/net`,
      'runs:/latest/net/',
    ]) {
      const { code, out } = await tidemark('artifacts', 'list', of, '-r', ...at);
      expect([of, code, out]).toEqual([of, 0, expect.stringContaining('data/weights.bin')]);
    }
    const plots = await tidemark('artifacts', 'list', 'runs:/training/plots', ...at);
    expect(plots.out).toContain('plots/c.txt');
    const none = await tidemark('artifacts', 'list', 'latest', 'none', ...at);
    expect(none).toMatchObject({ code: 1, error: expect.stringContaining('[ARTIFACT_NOT_FOUND]') });
  });
});

describe('tidemark artifacts get', () => {
  it('copies a file, a folder or everything, or writes a file to standard output', async () => {
    const { at, base } = await storeWithFiles();
    const get = (...argv: string[]) => tidemark('artifacts', 'get', 'latest', ...argv, ...at);
    expect(await get('notes.txt', '-o', '-')).toMatchObject({ code: 0, out: 'one\n' });
    expect((await get('notes.txt', '-o', join(base, 'renamed.txt'))).code).toBe(0);
    expect(readFileSync(join(base, 'renamed.txt'), 'utf8')).toBe('one\n');
    mkdirSync(join(base, 'into'));
    expect((await get('notes.txt', '-o', join(base, 'into'))).code).toBe(0);
    expect(existsSync(join(base, 'into', 'notes.txt'))).toBe(true);
    expect((await get('plots', '-o', join(base, 'plots'))).out).toContain('2 files');
    expect(readFileSync(join(base, 'plots', 'a', 'b.txt'), 'utf8')).toBe('two\n');
    expect((await get('-o', join(base, 'all'))).out).toContain('3 files');
    expect(existsSync(join(base, 'all', 'plots', 'c.txt'))).toBe(true);
    const folder = await get('plots', '-o', '-');
    expect(folder).toMatchObject({
      code: 1,
      error: expect.stringContaining('A folder cannot be written'),
    });
  });

  it('overwrites a file only with --force, and never writes through a link', async () => {
    const { at, base } = await storeWithFiles();
    const [outside, place] = [join(base, 'outside.txt'), join(base, 'there.txt')];
    writeFileSync(outside, 'kept');
    symlinkSync(outside, place);
    const get = ['artifacts', 'get', 'latest', 'notes.txt', '-o', place, ...at];
    expect(await tidemark(...get)).toMatchObject({
      code: 1,
      error: expect.stringContaining('--force'),
    });
    expect((await tidemark(...get, '--force')).code).toBe(0);
    expect(readFileSync(outside, 'utf8')).toBe('kept');
    expect(lstatSync(place).isFile()).toBe(true);
  });

  it('never writes outside the folder, not even through a link in it', async () => {
    const { at, base } = await storeWithFiles();
    mkdirSync(join(base, 'outside'));
    mkdirSync(join(base, 'plots'));
    symlinkSync(join(base, 'outside'), join(base, 'plots', 'a'));
    const got = await tidemark(
      'artifacts',
      'get',
      'latest',
      'plots',
      '-o',
      join(base, 'plots'),
      ...at,
    );
    expect(got).toMatchObject({
      code: 1,
      error: expect.stringContaining('[ARTIFACT_PATH_UNSAFE]'),
    });
    // Nothing is written, because the check comes before the first file.
    expect(existsSync(join(base, 'plots', 'c.txt'))).toBe(false);
    expect(existsSync(join(base, 'outside', 'b.txt'))).toBe(false);
    const dots = await tidemark('artifacts', 'get', 'latest', '../../x', ...at);
    expect(dots.error).toContain('[ARTIFACT_PATH_UNSAFE]');
  });

  it('refuses a file that differs from its digest, and leaves no copy of it', async () => {
    const { at, base, store } = await storeWithFiles();
    writeFileSync(await fileOf(store, 'notes.txt'), 'changed');
    const place = join(base, 'copies');
    const got = await tidemark('artifacts', 'get', 'latest', 'notes.txt', '-o', `${place}/`, ...at);
    expect(got).toMatchObject({ code: 1, error: expect.stringContaining('[DIGEST_MISMATCH]') });
    expect(existsSync(join(place, 'notes.txt'))).toBe(false);
  });

  it('copies the files in the store, lists those that are elsewhere, and exits with 1', async () => {
    const { at, base, store } = await storeWithFiles();
    await startRun({ environment: false, store, name: 'big' }, async (run) => {
      const sha256 = sha256Hex('x');
      await run.logArtifactReference('x.bin', { uri: 's3://bucket/x.bin', sizeBytes: 1, sha256 });
      await run.logText('here', 'y.txt');
    });
    const got = await tidemark('artifacts', 'get', 'big', '-o', join(base, 'big'), ...at);
    expect(got.code).toBe(1);
    expect(got.error).toContain('x.bin is at s3://bucket/x.bin');
    expect(readFileSync(join(base, 'big', 'y.txt'), 'utf8')).toBe('here');
  });
});

describe('tidemark artifacts put', () => {
  it('stores files with size and digest, even in a run that has ended', async () => {
    const { at, base, store } = await storeWithFiles();
    mkdirSync(join(base, 'report', 'parts'), { recursive: true });
    writeFileSync(join(base, 'report', 'index.html'), '<p>');
    writeFileSync(join(base, 'report', 'parts', '1.txt'), '1');
    const { code, out } = await tidemark(
      ...['artifacts', 'put', 'training', join(base, 'report'), 'reports/', '--json', ...at],
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([
      { path: 'reports/index.html', sizeBytes: 3, sha256: sha256Hex('<p>') },
      { path: 'reports/parts/1.txt', sizeBytes: 1, sha256: sha256Hex('1') },
    ]);
    const again = await openStore(new URL(store.uri).pathname);
    const [run] = await again.runs({});
    expect(run?.status).toBe('FINISHED');
    expect(run?.artifacts.map(({ path }) => path)).toContain('reports/parts/1.txt');
    const missing = await tidemark('artifacts', 'put', 'training', join(base, 'none'), ...at);
    expect(missing.error).toContain('[ARTIFACT_NOT_FOUND]');
  });
});

describe('tidemark models register', () => {
  it('creates the next version, with an alias on request', async () => {
    const { at, store } = await storeWithFiles();
    const said = ['models', 'register', 'runs:/latest/net', 'penguins', '--alias', 'champion'];
    const { code, out } = await tidemark(...said, ...at);
    expect([code, out]).toEqual([0, expect.stringContaining('version 2 of penguins, @champion')]);
    const again = await openStore(new URL(store.uri).pathname);
    const entry = await again.registry.read('penguins');
    expect(entry?.model.versions[1]).toMatchObject({ version: 2, aliases: ['champion'] });
    const wrong = await tidemark('models', 'register', 'penguins/1', 'penguins', ...at);
    expect(wrong.error).toContain('[MODEL_URI_INVALID]');
  });
});
