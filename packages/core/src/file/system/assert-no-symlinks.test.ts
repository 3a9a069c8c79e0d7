import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertNoSymlinks, lstatWithoutSymlinks } from './assert-no-symlinks.ts';

/** A folder with a folder and a file, and next to it the targets of the links in it. */
function setUp() {
  const base = temporaryFolder();
  const [root, outside] = [join(base, 'root'), join(base, 'outside')];
  mkdirSync(join(root, 'a', 'b'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(root, 'a', 'file'), 'text');
  writeFileSync(join(outside, 'secret'), 'secret');
  return { base, root, outside };
}

const unsafe = expect.objectContaining({ code: 'ARTIFACT_PATH_UNSAFE' });

describe('a path below a folder', () => {
  it('is free where folders exist or can be created', () => {
    const { root } = setUp();
    const b = join(root, 'a', 'b');
    expect(assertNoSymlinks(root, b)).toMatchObject({ place: b, isFree: true });
    expect(assertNoSymlinks(root, join(b, 'c', 'd'))).toEqual({
      place: join(b, 'c'),
      isFree: true,
    });
    expect(assertNoSymlinks(root, root)).toMatchObject({ place: root, isFree: true });
    const none = join(root, 'none');
    expect(assertNoSymlinks(none, join(none, 'x'))).toEqual({ place: none, isFree: true });
  });

  it('is not free at a file or below one', () => {
    const { root } = setUp();
    const file = join(root, 'a', 'file');
    for (const place of [file, join(file, 'x', 'y')]) {
      expect(assertNoSymlinks(root, place)).toMatchObject({ place: file, isFree: false });
    }
    expect(assertNoSymlinks(file, join(file, 'x'))).toMatchObject({ place: file, isFree: false });
  });

  it.each([
    ['a folder', 'outside', 'link/secret'],
    ['a file, at its end', 'outside/secret', 'link'],
    ['a folder of the same tree', 'root/a', 'link/file'],
    ['nothing', 'nowhere', 'link/x'],
    ['itself', 'root/link', 'link/x'],
  ])('is refused if a link in it leads to %s', (_, target, path) => {
    const { base, root } = setUp();
    symlinkSync(join(base, target), join(root, 'link'));
    expect(() => assertNoSymlinks(root, join(root, path))).toThrow(unsafe);
    expect(() =>
      assertNoSymlinks(root, join(root, path), (link) => new Error(`no: ${link}`)),
    ).toThrow(`no: ${join(root, 'link')}`);
    expect(lstatWithoutSymlinks(root, join(root, path))).toBeUndefined();
  });

  it('is refused wherever the link is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        (above, below) => {
          const { root, outside } = setUp();
          const folder = join(root, ...Array<string>(above).fill('f'));
          mkdirSync(folder, { recursive: true });
          symlinkSync(outside, join(folder, 'link'));
          const place = join(folder, 'link', ...Array<string>(below).fill('g'));
          expect(() => assertNoSymlinks(root, place)).toThrow(unsafe);
          expect(lstatWithoutSymlinks(root, place)).toBeUndefined();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('can begin at a link, such as to a larger disk', () => {
    const { base, root } = setUp();
    const disk = join(base, 'disk');
    symlinkSync(root, disk);
    expect(assertNoSymlinks(disk, join(disk, 'a'))).toMatchObject({ isFree: true });
    expect(lstatWithoutSymlinks(disk, join(disk, 'a', 'file'))?.isFile()).toBe(true);
    expect(lstatWithoutSymlinks(disk, disk)?.isDirectory()).toBe(true);
  });

  it('is refused if its names lead out of the folder', () => {
    const { base, root, outside } = setUp();
    for (const place of [join(outside, 'secret'), base, `${root}/../outside/secret`, '/etc']) {
      expect(() => assertNoSymlinks(root, place)).toThrow(unsafe);
      expect(lstatWithoutSymlinks(root, place)).toBeUndefined();
    }
    // A name, although it starts like the parent folder.
    expect(assertNoSymlinks(root, join(root, '..a'))).toMatchObject({ isFree: true });
  });
});

describe('lstatWithoutSymlinks', () => {
  it('returns the same as lstat, and `undefined` below a file or for a missing path', () => {
    const { root } = setUp();
    expect(lstatWithoutSymlinks(root, join(root, 'a', 'file'))?.size).toBe(4);
    expect(lstatWithoutSymlinks(root, join(root, 'a', 'b'))?.isDirectory()).toBe(true);
    expect(lstatWithoutSymlinks(root, join(root, 'a', 'file', 'x'))).toBeUndefined();
    expect(lstatWithoutSymlinks(root, join(root, 'none', 'x'))).toBeUndefined();
  });
});
