import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';

/** Time in milliseconds after which a snippet counts as hanging, even on a busy machine. Below a test's time-out. */
const HANG_MS = 240_000;

/** The exit code of a snippet (`null`: it was stopped), and its whole output. */
export interface SnippetResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/**
 * Runs TypeScript text as a reader would: as an ES module in a separate project, in an empty folder. A snippet that
 * imports vitest or describes tests runs as a test file, and uses our packages from their source. `setup` is a module
 * to import first.
 * @param installed - a folder in which our packages are installed
 */
export async function runSnippet(
  code: string,
  installed: string,
  setup?: string,
): Promise<SnippetResult> {
  const project = await mkdtemp(join(tmpdir(), 'tidemark-snippet-'));
  try {
    await mkdir(join(project, 'empty'));
    return /from 'vitest'|\bdescribe\w*\(/.test(code)
      ? await runAsTest(project, code)
      : await runAsProgram(project, code, installed, setup);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

async function runAsProgram(
  project: string,
  code: string,
  installed: string,
  setup: string | undefined,
): Promise<SnippetResult> {
  await symlink(join(installed, 'node_modules'), join(project, 'node_modules'), 'dir');
  const file = join(project, 'snippet.mts');
  await writeFile(file, code);
  const paths = setup === undefined ? [file] : [setup, file];
  const programs = await Promise.all(paths.map((path) => toJavaScript(path, project)));
  // The last one is the program. The setup comes before it.
  const before = programs.slice(0, -1).flatMap((path) => ['--import', pathToFileURL(path).href]);
  return runNode([...before, ...programs.slice(-1)], join(project, 'empty'));
}

/** Writes a TypeScript module as JavaScript to a folder, with its imports as they are. */
async function toJavaScript(path: string, folder: string): Promise<string> {
  const file = join(folder, `${basename(path, extname(path))}.mjs`);
  await build({
    input: path,
    platform: 'node',
    logLevel: 'silent',
    tsconfig: false,
    treeshake: false,
    external: (id) => id !== path,
    output: { file, format: 'esm' },
  });
  return file;
}

async function runAsTest(project: string, code: string): Promise<SnippetResult> {
  await symlink(join(REPOSITORY_ROOT, 'node_modules'), join(project, 'node_modules'), 'dir');
  const shared = join(REPOSITORY_ROOT, 'vitest.shared.ts');
  await writeFile(join(project, 'snippet.test.ts'), code);
  await writeFile(
    join(project, 'vitest.config.ts'),
    `import { packageTests } from ${JSON.stringify(shared)};\nexport default packageTests(import.meta.dirname);\n`,
  );
  const vitest = join(REPOSITORY_ROOT, 'node_modules/vitest/vitest.mjs');
  return runNode([vitest, 'run', '--root', project], join(project, 'empty'));
}

/** The environment without variables that name a store, or that tests set. */
function readersEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:TIDEMARK|MLFLOW|VITEST|NODE_ENV)/.test(name),
    ),
  );
}

function runNode(args: readonly string[], cwd: string): Promise<SnippetResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: readersEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: HANG_MS,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (exitCode) => {
      resolve({ exitCode, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}
