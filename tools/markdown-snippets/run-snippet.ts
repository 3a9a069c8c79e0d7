import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';

/** When a snippet counts as hanging, on however busy a machine. Less than what a test may take. */
const HANG_MS = 240_000;

/** How a snippet ended (`null`: it was stopped), and all that it printed. */
export interface SnippetResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/**
 * Runs TypeScript text as a reader would: an ES module in a project of its own that has our packages
 * installed, started in an empty folder. A snippet that imports vitest or describes tests is run as a test file. The
 * packages are taken from their source, so nothing has to be built. `surroundings` is a module to import before.
 */
export async function runSnippet(code: string, surroundings?: string): Promise<SnippetResult> {
  const project = await mkdtemp(join(tmpdir(), 'tidemark-snippet-'));
  try {
    await symlink(join(REPOSITORY_ROOT, 'node_modules'), join(project, 'node_modules'), 'dir');
    await mkdir(join(project, 'empty'));
    return /from 'vitest'|\bdescribe\w*\(/.test(code)
      ? await runAsTest(project, code)
      : await runAsProgram(project, code, surroundings);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

async function runAsProgram(
  project: string,
  code: string,
  surroundings: string | undefined,
): Promise<SnippetResult> {
  const file = join(project, 'snippet.mts');
  await writeFile(file, code);
  const tsx = pathToFileURL(join(REPOSITORY_ROOT, 'node_modules/tsx/dist/loader.mjs')).href;
  const before = surroundings === undefined ? [] : ['--import', pathToFileURL(surroundings).href];
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

/** The environment without variables that name a store, or that mark a test. */
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
