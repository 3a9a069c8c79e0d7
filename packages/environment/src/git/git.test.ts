import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { GIT_INSTALLED } from '@tidemark/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { GitState } from '../environment.ts';
import { captureGit } from './git.ts';
import { findWorkingTree } from './working-tree.ts';

const SHELL_SCRIPTS_RUN = process.platform !== 'win32';
/** A time in which git answers on the busiest machine. */
const HANG_MS = 900_000;

let base: string;
let root: string;
let env: NodeJS.ProcessEnv;
let count = 0;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'tidemark-git-')));
  await writeFile(
    join(base, 'gitconfig'),
    '[user]\nname = Ada\nemail = ada@example.org\n[init]\ndefaultBranch = main\n[protocol "file"]\nallow = always\n',
  );
  env = {
    ...process.env,
    HOME: base,
    GIT_CONFIG_GLOBAL: join(base, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
  };
});
afterAll(() => rm(base, { recursive: true, force: true }));

beforeEach(async () => {
  count += 1;
  root = join(base, `répo n° ${count}`);
  if (!GIT_INSTALLED) return;
  await mkdir(root);
  git('init', '-q');
});

describe.skipIf(!GIT_INSTALLED)('the state in git (skipped: git is not installed)', () => {
  it('says whether the script itself is in git, whatever its name', async () => {
    await commitFile('*.ts', 'fit()');
    await writeFile(join(root, 'new.ts'), 'fit()');
    const options = { env, timeoutMs: HANG_MS };
    expect(await captureGit(root, options, '*.ts')).toMatchObject({ scriptTracked: true });
    expect(await captureGit(root, options, 'new.ts')).toMatchObject({
      scriptTracked: false,
      dirty: false,
    });
    expect(await captureGit(root, options)).not.toHaveProperty('scriptTracked');
  });

  it('has the commit and the branch of a clean working tree', async () => {
    const commit = await commitFile('train.ts', 'fit()');
    expect(await capture()).toEqual({ root, commit, branch: 'main', dirty: false });
  });

  it('is dirty with changes of tracked files, staged or not, but not with untracked files', async () => {
    await commitFile('train.ts', 'fit()');
    await writeFile(join(root, 'notes.txt'), 'untracked');
    expect(await capture()).toMatchObject({ dirty: false });

    await writeFile(join(root, 'train.ts'), 'fit(2)');
    expect(await capture()).toMatchObject({ dirty: true });
    git('checkout', '-q', 'train.ts');
    expect(await capture()).toMatchObject({ dirty: false });

    git('add', 'notes.txt');
    expect(await capture()).toMatchObject({ dirty: true });
    git('reset', '-q');
    await rm(join(root, 'train.ts'));
    expect(await capture()).toMatchObject({ dirty: true });
  });

  it('has no branch when HEAD is detached', async () => {
    const commit = await commitFile('train.ts', 'fit()');
    git('checkout', '-q', '--detach');
    expect(await capture()).toEqual({ root, commit, dirty: false });
  });

  it('has no commit before the first one', async () => {
    expect(await capture()).toEqual({ root, branch: 'main', dirty: false });
  });

  it('has the name of a branch in any script', async () => {
    await commitFile('train.ts', 'fit()');
    git('checkout', '-q', '-b', 'größe/日本');
    expect(await capture()).toMatchObject({ branch: 'größe/日本' });
  });

  it('has the address of origin without credentials, else of the first remote', async () => {
    git('remote', 'add', 'fork', 'https://example.org/fork.git');
    expect(await capture()).toMatchObject({ remoteUrl: 'https://example.org/fork.git' });
    git('remote', 'add', 'origin', 'https://ada:hunter2@example.org/main.git');
    expect(await capture()).toMatchObject({ remoteUrl: 'https://example.org/main.git' });
  });

  it('is found from a folder in the working tree, in a linked worktree and in a submodule', async () => {
    const commit = await commitFile('a/b/train.ts', 'fit()');
    expect(await findWorkingTree(join(root, 'a', 'b'))).toBe(root);

    const linked = join(base, `linked ${count}`);
    git('worktree', 'add', '-q', '-b', 'side', linked);
    expect(await findWorkingTree(linked)).toBe(linked);
    expect(await captureGit(linked, { env, timeoutMs: HANG_MS })).toMatchObject({
      root: linked,
      commit,
      branch: 'side',
    });

    const outer = join(base, `outer ${count}`);
    execFileSync('git', ['init', '-q', outer], { env });
    gitIn(outer, 'submodule', '--quiet', 'add', root, 'parts/inner');
    const inner = join(outer, 'parts', 'inner');
    expect(await findWorkingTree(inner)).toBe(inner);
    expect(await captureGit(inner, { env, timeoutMs: HANG_MS })).toMatchObject({
      root: inner,
      commit,
    });
  });

  it('is not read from a .git folder that is not a repository', async () => {
    await mkdir(join(root, 'nested', '.git'), { recursive: true });
    expect(await findWorkingTree(join(root, 'nested'))).toBe(root);
  });

  it('is not read from another repository that the variables of a hook name', async () => {
    const commit = await commitFile('train.ts', 'fit()');
    const other = join(base, `other ${count}`);
    execFileSync('git', ['init', '-q', other], { env });
    const hook = { ...env, GIT_DIR: join(other, '.git'), GIT_WORK_TREE: other };
    expect(await captureGit(root, { env: hook, timeoutMs: HANG_MS })).toMatchObject({ commit });
  });

  it('is read without a write to the index', async () => {
    await commitFile('train.ts', 'fit()');
    await utimes(join(root, 'train.ts'), 1, 1);
    const index = join(root, '.git', 'index');
    const before = [await readFile(index), (await stat(index)).mtimeMs];
    expect(await capture()).toMatchObject({ dirty: false });
    expect([await readFile(index), (await stat(index)).mtimeMs]).toEqual(before);
  });

  it('is absent when git refuses the repository or is not installed', async () => {
    await commitFile('train.ts', 'fit()');
    const empty = join(base, 'empty');
    await mkdir(empty, { recursive: true });
    const without = { ...env, PATH: empty, Path: empty };
    expect(await captureGit(root, { env: without, timeoutMs: HANG_MS })).toBeUndefined();
    await writeFile(join(root, '.git', 'HEAD'), 'nonsense');
    expect(await capture()).toBeUndefined();
  });
});

describe.skipIf(!GIT_INSTALLED || !SHELL_SCRIPTS_RUN)(
  'a git that is slow (skipped: git or a POSIX shell is missing)',
  () => {
    it('is stopped', async () => {
      await commitFile('train.ts', 'fit()');
      const slow = await gitScript('exec sleep 60');
      expect(await captureGit(root, { env: slow, timeoutMs: 200 })).toBeUndefined();
    });

    it('still returns the commit when only its status is slow', async () => {
      const commit = await commitFile('train.ts', 'fit()');
      const asked = join(base, `asked-${count}`);
      const slow = await gitScript(
        `case "$*" in *status*) touch ${asked}; exec sleep 60;; esac; exec ${JSON.stringify(gitPath())} "$@"`,
      );
      // Time passes only for the limit, and only while the status is slow.
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      onTestFinished(() => void vi.useRealTimers());
      const captured = captureGit(root, { env: slow, timeoutMs: 8_000 });
      while (!existsSync(asked)) await setImmediate();
      vi.advanceTimersByTime(6_000);
      expect(await captured).toEqual({ root, commit, branch: 'main' });
    });

    it('is stopped when it writes without end', async () => {
      await commitFile('train.ts', 'fit()');
      const endless = await gitScript('exec yes');
      expect(await captureGit(root, { env: endless, timeoutMs: HANG_MS })).toBeUndefined();
    });
  },
);

describe.skipIf(!GIT_INSTALLED || !SHELL_SCRIPTS_RUN)(
  'a hostile repository (skipped: git or a POSIX shell is missing)',
  () => {
    /** Each entry makes a plain `git status` in `root` run the program, which leaves a mark. */
    const traps: Record<string, (program: string) => Promise<void>> = {
      'a file system monitor': async (program) => {
        git('config', 'core.fsmonitor', program);
      },
      'a hook in the repository': async (program) => {
        const hook = join(root, '.git', 'hooks', 'post-index-change');
        await writeFile(hook, `#!/bin/sh\n${program}\n`);
        await chmod(hook, 0o755);
      },
      'a hook in another folder': async (program) => {
        await mkdir(join(root, 'hooks'));
        await writeFile(join(root, 'hooks', 'post-index-change'), `#!/bin/sh\n${program}\n`);
        await chmod(join(root, 'hooks', 'post-index-change'), 0o755);
        git('config', 'core.hooksPath', join(root, 'hooks'));
      },
      'a required clean filter': async (program) => {
        git('config', 'filter.Evil One.clean', `${program}; cat`);
        git('config', 'filter.Evil One.required', 'true');
        await filterBy('evil');
        git('config', 'filter.evil.clean', `${program}; cat`);
        git('config', 'filter.evil.required', 'true');
      },
      'a filter process': async (program) => {
        git('config', 'filter.evil.process', program);
        await filterBy('evil');
      },
      'a filter from an included file': async (program) => {
        await writeFile(join(root, '.git', 'more'), `[filter "evil"]\nclean = ${program}\n`);
        git('config', 'include.path', 'more');
        await filterBy('evil');
      },
      'a filter of only this worktree': async (program) => {
        git('config', 'extensions.worktreeConfig', 'true');
        git('config', '--worktree', 'filter.evil.clean', program);
        await filterBy('evil');
      },
      'a filter whose name cannot be overridden': async (program) => {
        git('config', 'filter.a=b.clean', program);
        await filterBy('a=b');
      },
      'a filter inside a submodule': async (program) => {
        const part = join(base, `part ${count}`);
        execFileSync('git', ['init', '-q', part], { env });
        await writeFile(join(part, 'file'), 'same size');
        gitIn(part, 'add', 'file');
        gitIn(part, 'commit', '-qm', 'part');
        git('submodule', '--quiet', 'add', part, 'part');
        git('commit', '-qm', 'with a part');
        const inner = join(root, 'part');
        gitIn(inner, 'config', 'filter.inner.clean', program);
        await writeFile(join(root, '.git/modules/part/info/attributes'), '* filter=inner\n');
        await utimes(join(inner, 'file'), 1, 1);
      },
      'a transport of a partial clone': async (program) => {
        const tree = git('rev-parse', 'HEAD^{tree}');
        await rm(join(root, '.git', 'objects', tree.slice(0, 2), tree.slice(2)));
        git('config', 'core.repositoryFormatVersion', '1');
        git('config', 'extensions.partialClone', 'origin');
        git('config', 'remote.origin.promisor', 'true');
        git('config', 'remote.origin.url', `ext::${program.replaceAll(' ', '% ')}`);
        git('config', 'protocol.ext.allow', 'always');
      },
    };

    for (const [name, set] of Object.entries(traps)) {
      it(`cannot run ${name}`, async () => {
        const commit = await commitFile('data.csv', '1,2,3');
        // A path without spaces, which `ext::` could not pass on.
        const mark = join(base, `mark-${count}`);
        const program = join(base, `program-${count}`);
        await writeFile(program, `#!/bin/sh\ntouch ${mark}\n`);
        await chmod(program, 0o755);
        await set(program);
        await utimes(join(root, 'data.csv'), 1, 1);

        const head = name.includes('submodule') ? git('rev-parse', 'HEAD') : commit;
        expect(await capture()).toMatchObject({ commit: head, branch: 'main' });
        await expect(stat(mark)).rejects.toThrow('ENOENT');

        try {
          git('status');
        } catch {
          // The partial clone stays incomplete; what matters is that the program ran.
        }
        await expect(stat(mark), 'the trap works on an unprotected git').resolves.toBeTruthy();
      });
    }
  },
);

describe.skipIf(!GIT_INSTALLED)('content filters (skipped: git is not installed)', () => {
  it('leave it unknown whether a file that only they can compare is changed', async () => {
    const commit = await commitFile('model.bin', 'pointer to 7 bytes');
    git('config', 'filter.pointers.clean', 'false');
    await filterBy('pointers', '*.bin');
    await writeFile(join(root, 'model.bin'), 'weights');
    expect(await capture()).toEqual({ root, commit, branch: 'main' });
  });

  it('do not hide a change of another file', async () => {
    await commitFile('train.ts', 'fit()');
    git('config', 'filter.pointers.clean', 'false');
    await filterBy('pointers', '*.bin');
    expect(await capture()).toMatchObject({ dirty: false });
    await writeFile(join(root, 'train.ts'), 'fit(2)');
    expect(await capture()).toMatchObject({ dirty: true });
  });
});

function capture(): Promise<GitState | undefined> {
  return captureGit(root, { env, timeoutMs: HANG_MS });
}

function git(...args: string[]): string {
  return gitIn(root, ...args);
}

function gitIn(folder: string, ...args: string[]): string {
  const stdio = ['ignore', 'pipe', 'ignore'] as const;
  return execFileSync('git', ['-C', folder, ...args], { env, stdio: [...stdio] })
    .toString()
    .trim();
}

async function commitFile(path: string, content: string): Promise<string> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
  git('add', path);
  git('commit', '-qm', path);
  return git('rev-parse', 'HEAD');
}

/** Applies a filter to the files of the pattern, by attributes that are not committed. */
async function filterBy(name: string, pattern = '*'): Promise<void> {
  await writeFile(join(root, '.git', 'info', 'attributes'), `${pattern} filter=${name}\n`);
}

/** An environment in which `git` is this shell script. */
async function gitScript(script: string): Promise<NodeJS.ProcessEnv> {
  const folder = join(base, `bin ${count}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'git'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'git'), 0o755);
  return { ...env, PATH: `${folder}${delimiter}${env.PATH ?? ''}` };
}

function gitPath(): string {
  return execFileSync('/bin/sh', ['-c', 'command -v git'], { env }).toString().trim();
}
