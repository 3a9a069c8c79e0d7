import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { openFileStore } from './file-store.ts';
import { createStore, inspectStoreFolder } from './store-file.ts';

/** The files of a folder with their content, to prove that nothing was changed. */
function contentOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, readFileSync(path, 'utf8')]),
  );
}

it('opening and reading a store that does not exist creates nothing', async () => {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  expect(await store.runs({})).toEqual([]);
  expect(await store.registry.list()).toEqual([]);
  await store.close();
  expect(inspectStoreFolder(folder)).toBeUndefined();
  expect(() => readdirSync(folder)).toThrow(/ENOENT/);
});

it('a missing store cannot be opened with mustExist', () => {
  const folder = join(temporaryFolder(), 'store');
  expect(() => openFileStore(folder, { mustExist: true })).toThrow(
    expect.objectContaining({ code: 'STORE_NOT_FOUND', message: expect.stringContaining(folder) }),
  );
});

it('a new store has the current format, and files that keep git from changing the logs', () => {
  const folder = join(temporaryFolder(), 'store');
  const file = createStore(folder);
  expect(file.format).toBe(1);
  expect(createStore(folder)).toEqual(file);
  expect(readFileSync(join(folder, '.gitattributes'), 'utf8')).toContain('/logs/** -text');
  expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toContain('/index/');
});

it.each([
  ['a file of another program', 'STORE_FOLDER_IN_USE', { 'notes.txt': 'hello' }],
  ['a store of a newer format', 'STORE_FORMAT_TOO_NEW', { 'store.json': '{"format":2,"x":1}' }],
  ['a store file that is not JSON', 'STORE_DAMAGED', { 'store.json': '{' }],
  ['a store file that lacks its id', 'STORE_DAMAGED', { 'store.json': '{"format":1}' }],
  ['an MLflow file store', 'STORE_IS_MLRUNS', { '0/meta.yaml': 'name: Default' }],
  [
    'an MLflow file store with deleted experiments only',
    'STORE_IS_MLRUNS',
    { '.trash/1/meta.yaml': '' },
  ],
] as const)('%s is refused with %s and not changed', (_, code, files) => {
  const folder = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const before = contentOf(folder);
  expect(() => openFileStore(folder)).toThrow(expect.objectContaining({ code }));
  expect(contentOf(folder)).toEqual(before);
});

it('the error for an MLflow file store names the command that imports it', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '0'));
  writeFileSync(join(folder, '0', 'meta.yaml'), 'name: Default');
  expect(() => openFileStore(folder)).toThrow(`tidemark import mlruns ${folder}`);
});

it('a file instead of a folder is refused', () => {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, '');
  expect(() => openFileStore(path)).toThrow(
    expect.objectContaining({ code: 'STORE_FOLDER_IN_USE' }),
  );
});

it('a store whose creation was cut off is finished by the next writer', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'logs'));
  writeFileSync(join(folder, '.store.json.0a1b2c.partial'), '{"form');
  const store = openFileStore(folder);
  const experiment = await store.createExperiment({ name: 'x', creationTimeMs: 1 });
  await store.close();
  expect(await openFileStore(folder, { mustExist: true }).experiments()).toContainEqual(experiment);
});
