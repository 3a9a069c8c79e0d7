import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';

/** Time in milliseconds after which a snippet counts as hanging, even on a busy machine. Below a test's time-out. */
const HANG_MS = 240_000;

/** The exit code of a snippet (`null`: it was stopped), and its whole output. */
export interface SnippetResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/**
 * Runs TypeScript text as a reader would: as an ES module in a separate project that has our packages
 * installed, in an empty folder. A snippet that imports vitest or describes tests runs as a test file. The
 * packages are used from their source, so nothing has to be built. `setup` is a module to import first.
 */
export async function runSnippet(code: string, setup?: string): Promise<SnippetResult> {
  const project = await mkdtemp(join(tmpdir(), 'tidemark-snippet-'));
  try {
    await symlink(join(REPOSITORY_ROOT, 'node_modules'), join(project, 'node_modules'), 'dir');
    await mkdir(join(project, 'empty'));
    return /from 'vitest'|\bdescribe\w*\(/.test(code)
      ? await runAsTest(project, code)
      : await runAsProgram(project, code, setup);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

async function runAsProgram(
  project: string,
  code: string,
  setup: string | undefined,
): Promise<SnippetResult> {
  const file = join(project, 'snippet.mts');
  await writeFile(file, code);
  const tsx = pathToFileURL(join(REPOSITORY_ROOT, 'node_modules/tsx/dist/loader.mjs')).href;
  const before = setup === undefined ? [] : ['--import', pathToFileURL(setup).href];
  return runNode(
    ['--conditions=@tidemark/source', '--import', tsx, ...before, file],
    join(project, 'empty'),
  );
}

async function runAsTest(project: string, code: string): Promise<SnippetResult> {
  const shared = join(REPOSITORY_ROOT, 'vitest.shared.ts');
  await writeFile(join(project, 'snippet.test.ts'), code);
  await writeFile(
    join(project, 'vitest.config.ts'),
    `import { packageTests } from ${JSON.stringify(shared)};\nexport default packageTests('snippet');\n`,
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
