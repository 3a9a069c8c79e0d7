import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveFile } from './local-github.ts';

/** The gate's result for a pull request. */
export interface GateResult {
  readonly exitCode: number | null;
  /** `passed`, `failed` or `error`. */
  readonly verdict: string;
  /** The rules that block, such as `penguins/tags.require.passed-gdpr-review`. */
  readonly failedRules: readonly string[];
  /** The messages that GitHub shows next to the files of the pull request. */
  readonly annotations: readonly string[];
  /** The job summary, in Markdown. */
  readonly summary: string;
}

interface PullRequestEvent {
  readonly pull_request: { readonly base: { readonly sha: string } };
  readonly repository: { readonly full_name: string };
}

/** The store's folder, or a function that returns it once the checkout exists. */
export type StoreFolder = string | ((workspace: string) => string);

const POLICY = new URL('model-gate.yml', import.meta.url);
const POLICY_PATH = '.github/model-gate.yml';

/**
 * Runs the committed action on a pull request as GitHub's runner does: as a process, with the event's payload, an
 * empty checkout, and a GitHub (here on the loopback) that has the policy at the base commit. The store is outside
 * the checkout, where the author of the pull request cannot write.
 */
export async function judgePullRequest(store: StoreFolder): Promise<GateResult> {
  const event = await examplePullRequest();
  const text = await readFile(POLICY, 'utf8');
  const github = await serveFile({ path: POLICY_PATH, sha: event.pull_request.base.sha, text });
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-runner-'));
  try {
    const workspace = join(folder, 'workspace');
    await mkdir(workspace);
    const place = typeof store === 'string' ? store : store(workspace);
    return await runAction({ folder, workspace, store: place }, event, github.url);
  } finally {
    github.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runAction(
  { folder, workspace, store }: { folder: string; workspace: string; store: string },
  event: PullRequestEvent,
  apiUrl: string,
): Promise<GateResult> {
  const [eventPath, output, summary] = ['event.json', 'output', 'summary.md'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await writeFile(eventPath, JSON.stringify(event));
  await writeFile(output, '');
  await writeFile(summary, '');
  const action = dirname(
    fileURLToPath(import.meta.resolve('@tidemark/github-action/package.json')),
  );
  const gate = spawn(process.execPath, [join(action, 'dist', 'index.js')], {
    cwd: workspace,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      GITHUB_ACTIONS: 'true',
      GITHUB_API_URL: apiUrl,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_OUTPUT: output,
      GITHUB_REPOSITORY: event.repository.full_name,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_WORKSPACE: workspace,
      'INPUT_GITHUB-TOKEN': 'a-token-of-the-demo',
      INPUT_STORE: store,
    },
  });
  let printed = '';
  gate.stdout.on('data', (piece: Buffer) => {
    printed += piece.toString();
  });
  const [exitCode] = (await once(gate, 'close')) as [number | null];
  const outputs = parseOutputs(await readFile(output, 'utf8'));
  return {
    exitCode,
    verdict: outputs.get('verdict') ?? 'error',
    failedRules: JSON.parse(outputs.get('failed-rules') ?? '[]') as string[],
    annotations: [...printed.matchAll(/^::error[^:]*::(.*)$/gm)].map((match) => match[1] as string),
    summary: await readFile(summary, 'utf8'),
  };
}

/** GitHub's own example of a pull request that was opened. */
async function examplePullRequest(): Promise<PullRequestEvent> {
  const path = fileURLToPath(import.meta.resolve('@octokit/webhooks-examples'));
  const definitions = JSON.parse(await readFile(path, 'utf8')) as {
    name: string;
    examples: (PullRequestEvent & { action: string })[];
  }[];
  const example = definitions
    .find(({ name }) => name === 'pull_request')
    ?.examples.find(({ action }) => action === 'opened');
  if (example === undefined) throw new Error('There is no example of an opened pull request.');
  return example;
}

/** Parses the action's GITHUB_OUTPUT: `name<<delimiter`, the value, the delimiter. */
function parseOutputs(text: string): Map<string, string> {
  const outputs = new Map<string, string>();
  for (const match of text.matchAll(/^(.+)<<(\S+)\r?\n([\s\S]*?)\r?\n\2$/gm)) {
    outputs.set(match[1] as string, match[3] as string);
  }
  return outputs;
}
