import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFAULT_EXPERIMENT_ID } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { GIT_INSTALLED, temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { captureUncommittedPatch, type PatchOptions } from './capture-patch.ts';

let base: string;
let root: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  base = temporaryFolder();
  root = join(base, 'répo');
  env = {
    ...process.env,
    HOME: base,
    GIT_CONFIG_GLOBAL: join(base, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
  };
  writeFileSync(join(base, 'gitconfig'), '[user]\nname = Ada\nemail = ada@example.org\n');
  mkdirSync(root);
  if (GIT_INSTALLED) git('init', '-q', '-b', 'main');
});

describe.skipIf(!GIT_INSTALLED)('the patch of uncommitted changes (skipped: no git)', () => {
  it('restores the tree when it is applied to the commit', async () => {
    const name = fc.constantFrom(
      'a.txt',
      'b c.txt',
      'ü/日本.md',
      'dir/"quoted"\\x',
      'tab\there',
      'x',
    );
    const line = fc.constantFrom(
      '',
      'one',
      'two',
      '+three',
      '--- a/x',
      'diff --git a/x b/x',
      'ü\r',
    );
    const content = fc
      .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom('', '\n'))
      .map(([lines, end]) => lines.join('\n') + end);
    const tree = fc.dictionary(name, fc.record({ content, executable: fc.boolean() }), {
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(tree, tree, fc.boolean(), async (committed, then, staged) => {
        clear();
        put(committed);
        const commit = commitAll();
        clear();
        put(then);
        if (staged) git('add', '-A');
        const captured = await capture(commit);
        expect(captured?.state.leftOut ?? []).toEqual([]);
        const clone = join(base, 'clone');
        rmSync(clone, { recursive: true, force: true });
        git('clone', '-q', root, clone);
        if (captured?.content !== undefined) apply(clone, captured.content);
        expect(treeOf(clone)).toEqual(treeOf(root));
      }),
      { numRuns: 12 },
    );
  });

  it('includes a file that became a link, a renamed one, and one in Latin-1', async () => {
    file('a.txt', 'a\n');
    file('old.txt', 'same\n');
    file('latin.txt', 'x\n');
    const commit = commitAll();
    rmSync(join(root, 'a.txt'));
    symlinkSync('old.txt', join(root, 'a.txt'));
    git('mv', 'old.txt', 'new.txt');
    writeFileSync(join(root, 'latin.txt'), Buffer.from('h\xe9\n', 'latin1'));
    const captured = await capture(commit);
    const clone = join(base, 'clone');
    git('clone', '-q', root, clone);
    apply(clone, captured?.content ?? new Uint8Array());
    expect(treeOf(clone)).toEqual(treeOf(root));
    expect(captured?.state).toEqual({ files: 4, complete: true, leftOut: [], leftOutCount: 0 });
  });

  it('leaves out files that look like secrets, binary files and links, and lists them', async () => {
    file('.env', 'A=1');
    file('weights.bin', 'a\0b');
    const commit = commitAll();
    file('.env', 'PASSWORD=hunter2');
    file('weights.bin', 'c\0d');
    file('config/prod-credentials.json', '{"k":"hunter2"}');
    file('deploy/id_rsa', 'hunter2');
    file('.aws/config', 'hunter2');
    file('notes.md', 'the token is ghp_0123456789abcdefghijABCDEFGHIJ012345');
    file('picture.png', 'x\0hunter2');
    symlinkSync('/etc/hostname', join(root, 'link'));
    file('train.ts', 'fit()\n');
    const captured = await capture(commit);
    const patch = Buffer.from(captured?.content ?? []).toString();
    expect(patch).toContain('+fit()');
    expect(patch).not.toContain('hunter2');
    expect(patch).not.toContain('ghp_');
    expect(patch).toContain('Left out: deploy/id_rsa (secret)');
    const reasons = captured?.state.leftOut.map(({ path, reason }) => `${path} ${reason}`);
    expect(reasons?.sort()).toEqual([
      '.aws/config secret',
      '.env secret',
      'config/prod-credentials.json secret',
      'deploy/id_rsa secret',
      'link unreadable',
      'notes.md secret',
      'picture.png binary',
      'weights.bin binary',
    ]);
    expect(captured?.state).toMatchObject({ files: 1, complete: true, leftOutCount: 8 });
  });

  it('leaves out files that are too large, and the rest can be applied', async () => {
    for (const name of ['a', 'b', 'c']) file(name, `${name}\n`);
    const commit = commitAll();
    file('a', 'A\n');
    file('b', 'B\n'.repeat(1_000));
    file('c', 'C\n');
    file('d', 'D\n'.repeat(1_000));
    const captured = await capture(commit, { maxBytes: 1_000 });
    expect(captured?.state.leftOut).toEqual([
      { path: 'b', reason: 'too-large' },
      { path: 'd', reason: 'too-large' },
    ]);
    const clone = join(base, 'clone');
    git('clone', '-q', root, clone);
    apply(clone, captured?.content ?? new Uint8Array());
    expect(readFileSync(join(clone, 'a'), 'utf8')).toBe('A\n');
    expect(readFileSync(join(clone, 'c'), 'utf8')).toBe('C\n');
  });

  it('is absent for a clean tree, for ignored files, and before the first commit', async () => {
    expect(await captureUncommittedPatch({ git: { root } }, { env })).toBeUndefined();
    expect(await captureUncommittedPatch({}, { env })).toBeUndefined();
    file('.gitignore', 'out/\n');
    const commit = commitAll();
    file('out/log.txt', 'x');
    expect(await capture(commit)).toBeUndefined();
  });

  it('leaves out a Tidemark store in the tree', async () => {
    file('a', 'a');
    const commit = commitAll();
    const store = openFileStore(join(root, 'runs', 'tidemark'));
    await store.createRun({
      experimentId: DEFAULT_EXPERIMENT_ID,
      name: 'r',
      userId: '',
      startTimeMs: 1,
    });
    const captured = await capture(commit);
    expect(captured).toEqual({
      state: {
        files: 0,
        complete: true,
        leftOut: [{ path: 'runs/tidemark/', reason: 'store' }],
        leftOutCount: 1,
      },
    });
  });

  it('runs no program that the repository names, and leaves out files that need a content filter', async () => {
    const commit = commitAll();
    const trap = join(base, 'trap');
    const ran = join(base, 'ran');
    writeFileSync(trap, `#!/bin/sh\ntouch '${ran}'\ncat\n`);
    chmodSync(trap, 0o755);
    for (const key of ['diff.external', 'diff.d.textconv', 'diff.d.command', 'filter.f.clean']) {
      git('config', key, trap);
    }
    git('config', 'diff.noprefix', 'true');
    file('.gitattributes', '*.dat filter=f\n*.txt diff=d\n');
    file('big.dat', 'x\n');
    file('a.txt', 'a\n');
    git('-c', 'filter.f.clean=', '-c', 'filter.f.required=false', 'add', '-A');
    file('big.dat', 'y\n');
    file('a.txt', 'b\n');
    const captured = await capture(commit);
    expect(existsSync(ran)).toBe(false);
    expect(captured?.state.leftOut).toEqual([{ path: 'big.dat', reason: 'content-filter' }]);
    expect(Buffer.from(captured?.content ?? []).toString()).toContain('+++ b/a.txt\n');
  });

  it('is never marked as complete when the time runs out', async () => {
    const commit = commitAll();
    file('a', 'a\n');
    const captured = await capture(commit, { timeoutMs: 1 });
    // Git may have been stopped before it wrote anything, or after.
    expect(captured?.state.complete ?? false).toBe(false);
  });
});

function capture(commit: string, options: Partial<PatchOptions> = {}) {
  return captureUncommittedPatch(
    { git: { root, commit } },
    { env, timeoutMs: 900_000, ...options },
  );
}

function git(...args: string[]): string {
  return execFileSync('git', ['-C', root, ...args], { env, encoding: 'utf8' }).trim();
}

function commitAll(): string {
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', 'next');
  return git('rev-parse', 'HEAD');
}

function apply(clone: string, patch: Uint8Array): void {
  execFileSync('git', ['-C', clone, 'apply', '--whitespace=nowarn'], { env, input: patch });
}

function file(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function put(tree: Record<string, { content: string; executable: boolean }>): void {
  for (const [path, { content, executable }] of Object.entries(tree)) {
    file(path, content);
    chmodSync(join(root, path), executable ? 0o755 : 0o644);
  }
}

function clear(): void {
  for (const name of readdirSync(root)) {
    if (name !== '.git') rmSync(join(root, name), { recursive: true });
  }
}

/** Every file with its content, whether it is executable, and the target of each link. Folders do not count. */
function treeOf(folder: string): Record<string, string> {
  const copy = join(base, 'copy');
  rmSync(copy, { recursive: true, force: true });
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  rmSync(join(copy, '.git'), { recursive: true });
  const entries = readdirSync(copy, { recursive: true, encoding: 'utf8' }).map((path) => {
    const info = lstatSync(join(copy, path));
    const kind = info.isSymbolicLink() ? 'link' : info.mode & 0o100 ? 'program' : 'file';
    return info.isDirectory() || info.isSymbolicLink()
      ? [path, info.isDirectory() ? undefined : kind]
      : [path, `${kind} ${readFileSync(join(copy, path), 'latin1')}`];
  });
  return Object.fromEntries(entries.filter(([, content]) => content !== undefined));
}
