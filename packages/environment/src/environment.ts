import { z } from 'zod';

/** The state of the git working tree that contains the run's code. */
export interface GitState {
  /** Absolute path of the working tree's top folder, symbolic links resolved. */
  readonly root: string;
  /** 40 lower-case hexadecimal digits (64 in a SHA-256 repository); absent before the first commit. */
  readonly commit?: string;
  /** Short name of the branch; absent when HEAD is detached. */
  readonly branch?: string;
  /**
   * Whether tracked files differ from the commit, staged or not. Untracked files do not count, as in
   * MLflow (`Repo.is_dirty(untracked_files=False)` in genai/git_versioning/git_info.py). For a submodule, its
   * commit counts and not its files. Absent when git was stopped, or when only a program that the configuration
   * names as a content filter (such as git-lfs) could determine it: no such program is ever run.
   */
  readonly dirty?: boolean;
  /**
   * Whether the started script is in git; absent if it is outside, or if git did not answer. The commit does not
   * identify the code of a script that is not in git, so the tag for dirty counts such a script as a change.
   */
  readonly scriptTracked?: boolean;
  /** Address of `origin`, else of the first remote, without user name, password and query. */
  readonly remoteUrl?: string;
  /** Content of `uncommitted.patch`; absent if nothing differed from the commit, or if it was not captured. */
  readonly patch?: PatchState;
}

/** The content of the patch of uncommitted changes, and what it leaves out. */
export interface PatchState {
  /** Files that the patch changes. With 0 there is no patch. */
  readonly files: number;
  /** Whether every change was examined. False if git was stopped, or if there are too many changes. */
  readonly complete: boolean;
  /** Changed files that are not in the patch: the first 200 of them. */
  readonly leftOut: readonly { readonly path: string; readonly reason: LeftOutReason }[];
  /** All changed files that are not in the patch. */
  readonly leftOutCount: number;
}

/** Why a changed file is not in the patch. */
export type LeftOutReason =
  /** Its name or its content looks like a secret. */
  | 'secret'
  | 'binary'
  /** The patch would exceed its maximum size. */
  | 'too-large'
  /** Git stores something other than the file, made by a program that is not run (such as git-lfs). */
  | 'content-filter'
  /** A repository inside the repository. */
  | 'submodule'
  /** Neither a file nor a link, or not readable, or its name is not UTF-8. */
  | 'unreadable'
  /** A Tidemark store, which records itself. */
  | 'store';

const LEFT_OUT_REASONS = [
  'secret',
  'binary',
  'too-large',
  'content-filter',
  'submodule',
  'unreadable',
  'store',
] as const satisfies readonly LeftOutReason[];

/** The process of the run. */
export interface ProcessState {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly startTimeMs: number;
  /** The folder in which the capture started. */
  readonly cwd: string;
  /**
   * The script that was started, with `/` between folders: relative to the git root, else to `cwd`, and absolute if
   * it is in neither. Absent in a REPL and under `node -e`.
   */
  readonly entryPath?: string;
  /** The command line as Node gives it (the program, the script, its arguments), secrets replaced by `***`. */
  readonly argv: readonly string[];
  /** Node's own options, secrets replaced by `***`. */
  readonly execArgv: readonly string[];
}

/** Versions of the JavaScript runtime, without a leading `v`. */
export interface NodeState {
  readonly version: string;
  readonly v8: string;
}

/** The machine. */
export interface HostState {
  /** Node's name, such as `linux`, `darwin` or `win32`. */
  readonly platform: string;
  /** Node's name, such as `x64` or `arm64`. */
  readonly arch: string;
  readonly osRelease: string;
  /** Absent where the operating system does not report it. */
  readonly cpuModel?: string;
  /** Logical processors. */
  readonly cpuCount: number;
  readonly totalMemoryBytes: number;
  readonly hostname: string;
  /** Absent when the user id has no name, as in some containers. */
  readonly user?: string;
}

/** The package manager's lock file, which pins the whole tree of dependencies. */
export interface LockfileState {
  /** With `/` between folders: relative to the git root, else to `cwd`, absolute when in neither. */
  readonly path: string;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** The package of the started code. */
export interface PackageState {
  /** The path of its package.json, in the form of `LockfileState.path`. */
  readonly path: string;
  readonly name?: string;
  readonly version?: string;
  /**
   * Installed versions of the packages that it declares (dependencies, peer, optional and dev ones), by their names
   * there; `npm:other@1.2.3` when that name is an alias. Packages that are not installed are left out.
   */
  readonly dependencies: Readonly<Record<string, string>>;
}

/** The job of a continuous integration service that the process is part of. */
export interface CiState {
  /** `github-actions`, `gitlab-ci`, or `unknown` for a service that only sets `CI`. */
  readonly provider: string;
  readonly runUrl?: string;
  readonly workflow?: string;
  readonly job?: string;
  /** The commit that the job is for. */
  readonly sha?: string;
  /** The branch that the job is for, which git does not know in a detached checkout. */
  readonly branch?: string;
}

/** The origin of a run: its code, process and machine. Facts that could not be determined are absent. */
export interface Environment {
  /** Version of this format. */
  readonly format: 1;
  /** Milliseconds since 1970. */
  readonly capturedAtMs: number;
  readonly process: ProcessState;
  readonly node: NodeState;
  readonly host: HostState;
  readonly git?: GitState;
  readonly package?: PackageState;
  readonly lockfile?: LockfileState;
  readonly ci?: CiState;
}

const text: z.ZodString = z.string().min(1);
const timeMs: z.ZodNumber = z.number().int().nonnegative();

/** Validates an {@link Environment} that was read from a file; unknown keys are dropped. */
export const environmentSchema: z.ZodType<Environment> = z.object({
  format: z.literal(1),
  capturedAtMs: timeMs,
  process: z.object({
    pid: z.number().int().nonnegative(),
    startTimeMs: timeMs,
    cwd: text,
    entryPath: text.exactOptional(),
    argv: z.array(z.string()),
    execArgv: z.array(z.string()),
  }),
  node: z.object({ version: text, v8: text }),
  host: z.object({
    platform: text,
    arch: text,
    osRelease: z.string(),
    cpuModel: text.exactOptional(),
    cpuCount: z.number().int().nonnegative(),
    totalMemoryBytes: z.number().nonnegative(),
    hostname: z.string(),
    user: text.exactOptional(),
  }),
  git: z
    .object({
      root: text,
      commit: z
        .string()
        .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/)
        .exactOptional(),
      branch: text.exactOptional(),
      dirty: z.boolean().exactOptional(),
      scriptTracked: z.boolean().exactOptional(),
      remoteUrl: text.exactOptional(),
      patch: z
        .object({
          files: z.int().nonnegative(),
          complete: z.boolean(),
          leftOut: z.array(z.object({ path: z.string(), reason: z.enum(LEFT_OUT_REASONS) })),
          leftOutCount: z.int().nonnegative(),
        })
        .exactOptional(),
    })
    .exactOptional(),
  package: z
    .object({
      path: text,
      name: text.exactOptional(),
      version: text.exactOptional(),
      dependencies: z.record(z.string(), z.string()),
    })
    .exactOptional(),
  lockfile: z.object({ path: text, sha256: z.string().regex(/^[0-9a-f]{64}$/) }).exactOptional(),
  ci: z
    .object({
      provider: text,
      runUrl: text.exactOptional(),
      workflow: text.exactOptional(),
      job: text.exactOptional(),
      sha: text.exactOptional(),
      branch: text.exactOptional(),
    })
    .exactOptional(),
});
