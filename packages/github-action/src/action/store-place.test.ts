import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { locateStore } from './store-place.ts';

/** Creates `store` next to `workspace`, and `workspace/store`. Returns their real paths. */
function folders(): { root: string; workspace: string; store: string } {
  const root = realpathSync(temporaryFolder());
  const workspace = join(root, 'workspace');
  const store = join(root, 'store');
  mkdirSync(join(workspace, 'store', 'logs'), { recursive: true });
  mkdirSync(join(store, 'logs'), { recursive: true });
  return { root, workspace, store };
}

describe('a store outside the workspace', () => {
  it('is accepted by its path, by a file: URI, through links, and with ".."', () => {
    const { root, workspace, store } = folders();
    symlinkSync(store, join(root, 'link'));
    const names = [store, pathToFileURL(store).href, join(root, 'link'), '../store', '../link'];
    for (const name of [...names, `${workspace}/../store`, `${root}/./store/`]) {
      expect(locateStore(name, workspace)).toBe(store);
    }
  });

  it('can have a name that begins like the workspace', () => {
    const { root, workspace } = folders();
    mkdirSync(join(root, 'workspace-store'));
    mkdirSync(join(root, '..store'));
    expect(locateStore(join(root, 'workspace-store'), workspace)).toMatch(/workspace-store$/);
    expect(locateStore(join(root, '..store'), workspace)).toMatch(/\.\.store$/);
  });
});

describe('a store that the author of the pull request controls', () => {
  const refused = expect.objectContaining({
    code: 'STORE_UNTRUSTED',
    message: expect.stringContaining('the author of the pull request controls'),
  });

  it.each([
    ['by its path', ({ workspace }) => join(workspace, 'store')],
    ['by a relative path', () => 'store'],
    ['as the workspace itself', ({ workspace }) => workspace],
    ['by a file: URI', ({ workspace }) => pathToFileURL(join(workspace, 'store')).href],
    ['by a path with .. into the workspace', ({ root }) => `${root}/store/../workspace/store`],
    ['by a path through the workspace', ({ workspace }) => `${workspace}/store/../../store`],
    [
      'by a link to it',
      ({ root, workspace }) => {
        symlinkSync(join(workspace, 'store'), join(root, 'link'));
        return join(root, 'link');
      },
    ],
    [
      'as a link in the workspace',
      ({ workspace, store }) => {
        symlinkSync(store, join(workspace, 'link'));
        return join(workspace, 'link');
      },
    ],
    [
      'by a link to a link in the workspace',
      ({ root, workspace, store }) => {
        symlinkSync(store, join(workspace, 'inner'));
        symlinkSync('workspace/inner', join(root, 'outer'));
        return join(root, 'outer');
      },
    ],
    [
      'below a linked folder',
      ({ root, workspace }) => {
        symlinkSync(workspace, join(root, 'linked'));
        return join(root, 'linked', 'store');
      },
    ],
    [
      'by a folder with a link into the workspace',
      ({ store, workspace }) => {
        symlinkSync(join(workspace, 'store', 'logs'), join(store, 'registry'));
        return store;
      },
    ],
    ['as the folder around the workspace', ({ root }) => root],
  ] satisfies [string, (place: ReturnType<typeof folders>) => string][])(
    'is refused when it is named %s',
    (_, name) => {
      const place = folders();
      const address = name(place);
      expect(() => locateStore(address, place.workspace)).toThrow(refused);
    },
  );

  it('is refused when the workspace is named through a link', () => {
    const { root, workspace } = folders();
    symlinkSync(workspace, join(root, 'linked'));
    expect(() => locateStore(join(workspace, 'store'), join(root, 'linked'))).toThrow(refused);
    expect(() => locateStore(join(root, 'linked', 'store'), join(root, 'linked'))).toThrow(refused);
  });

  it.each([undefined, '', 'relative', '/no/such/folder'])(
    'is refused when the workspace is %j',
    (workspace) => {
      expect(() => locateStore(folders().store, workspace)).toThrow(/GITHUB_WORKSPACE is/);
    },
  );
});

describe('a store that cannot be opened', () => {
  it.each([
    ['sqlite:///mlflow.db', 'STORE_URI_UNSUPPORTED'],
    ['https://user:secret@tracking.example', 'STORE_URI_UNSUPPORTED'],
    ['file://otherhost/store', 'STORE_URI_UNSUPPORTED'],
    ['../nowhere', 'STORE_NOT_FOUND'],
    ['../round', 'STORE_NOT_FOUND'],
    ['../file', 'STORE_NOT_FOUND'],
  ])('is refused: %s with %s', (address, code) => {
    const { root, workspace } = folders();
    symlinkSync('round', join(root, 'round'));
    writeFileSync(join(root, 'file'), '');
    expect(() => locateStore(address, workspace)).toThrow(expect.objectContaining({ code }));
    expect(() => locateStore(address, workspace)).not.toThrow(/secret/);
  });
});
