import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';

// Joined and not `new URL`, because knip treats that as an import and would read the bundle.
const PACKAGE = join(import.meta.dirname, '..', '..');
const ACTION_BUNDLE = join(PACKAGE, 'dist', 'index.js');
const NODE_24 = join(PACKAGE, '..', '..', 'tools/node24/node_modules/node24/bin/node');

/** The versions of Node that run the action: the one of the tests, and GitHub's 24 where it is installed. */
export const NODES: readonly { readonly name: string; readonly path: string | undefined }[] = [
  { name: `Node ${process.versions.node}`, path: process.execPath },
  ...(process.versions.node.startsWith('24.')
    ? []
    : [{ name: 'Node 24', path: existsSync(NODE_24) ? NODE_24 : undefined }]),
];

/** Why a test under Node 24 is skipped. */
export const NO_NODE_24 = 'Node 24 is not installed: npm ci --prefix tools/node24';

/** The inputs and environment of a run of the action. */
export interface ActionCall {
  /** The Node that runs it. Default: the one of the tests. */
  readonly node?: string | undefined;
  readonly inputs: Readonly<Record<string, string>>;
  readonly eventName: string;
  readonly payload: unknown;
  readonly apiUrl: string;
  readonly repository?: string;
  readonly workspace?: string;
  /** More variables; `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The result that the runner sees. */
export interface ActionResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The messages of the error annotations, unescaped. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** Runs the committed bundle as a process, as the runner does. */
export async function runAction(call: ActionCall): Promise<ActionResult> {
  const folder = temporaryFolder();
  const files = {
    event: join(folder, 'event.json'),
    output: join(folder, 'output'),
    summary: join(folder, 'summary.md'),
  };
  const workspace = call.workspace ?? join(folder, 'workspace');
  mkdirSync(workspace, { recursive: true });
  writeFileSync(
    files.event,
    typeof call.payload === 'string' ? call.payload : JSON.stringify(call.payload),
  );
  writeFileSync(files.output, '');
  writeFileSync(files.summary, '');
  const inputs = { 'github-token': 'ghs_testToken', policy: '', model: '', ...call.inputs };
  const env = {
    PATH: process.env.PATH,
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: call.eventName,
    GITHUB_EVENT_PATH: files.event,
    GITHUB_REPOSITORY: call.repository ?? 'Codertocat/Hello-World',
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_API_URL: call.apiUrl,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
    ...call.env,
  };
  const ended = await runNode(call.node ?? process.execPath, workspace, env);
  return {
    ...ended,
    outputs: parseOutputs(readFileSync(files.output, 'utf8')),
    summary: readFileSync(files.summary, 'utf8'),
    errors: commands(ended.stdout, 'error'),
    warnings: commands(ended.stdout, 'warning'),
  };
}

function runNode(
  node: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Pick<ActionResult, 'exitCode' | 'stdout' | 'stderr'>> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [ACTION_BUNDLE], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

/** The runner's commands of one name, as it parses them at the start of a line. */
function commands(stdout: string, name: string): string[] {
  return stdout
    .split(/\r?\n/)
    .map((line) => new RegExp(`^\\s*::${name}(?: [^:]*)?::(.*)$`).exec(line)?.[1])
    .filter((data) => data !== undefined)
    .map((data) => data.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%'));
}

/** The file protocol of outputs: `name<<delimiter`, lines, `delimiter`. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const [, name, delimiter] = /^([^<]+)<<(.+)$/.exec(lines[index] ?? '') ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const end = lines.indexOf(delimiter, index);
    outputs[name] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return outputs;
}
