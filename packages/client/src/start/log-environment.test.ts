import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ArtifactOwner, collectBytes } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { parseEnvironment } from '@tidemark/environment';
import { bundleScript, GIT_INSTALLED, temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { openStore, startRun } from '../index.ts';

const CLIENT = pathToFileURL(await bundleScript(new URL('../index.ts', import.meta.url))).href;
/** Trains in a repository with an uncommitted change and a file with a secret. */
async function train(options: string) {
  const folder = temporaryFolder();
  const repository = join(folder, 'repository');
  mkdirSync(repository);
  const env = { ...process.env, GIT_CONFIG_GLOBAL: join(folder, 'gitconfig') };
  const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: repository, env });
  writeFileSync(join(folder, 'gitconfig'), '[user]\nname = Ada\nemail = ada@example.org\n');
  git('init', '-q');
  writeFileSync(join(repository, 'train.mjs'), '');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  const program = `import { startRun } from ${JSON.stringify(CLIENT)};
await startRun({ store: '../store'${options} }, () => {});\n`;
  writeFileSync(join(repository, 'train.mjs'), program);
  writeFileSync(join(repository, '.env'), 'PASSWORD=hunter2\n');
  execFileSync(process.execPath, ['train.mjs'], { cwd: repository, env });

  const store = openFileStore(join(folder, 'store'));
  const [run] = await store.runs({});
  if (run === undefined) throw new Error('the run is missing');
  const owner: ArtifactOwner = { kind: 'run', ...run };
  const read = async (path: string): Promise<string> =>
    new TextDecoder().decode(await collectBytes(store.artifacts.read(owner, path)));
  return { program, files: run.artifacts.map(({ path }) => path), read };
}

it.skipIf(!GIT_INSTALLED)(
  'records uncommitted changes with the run, and lists what it left out (skipped: no git)',
  async () => {
    const { program, files, read } = await train('');
    expect(files).toEqual(['environment.json', 'uncommitted.patch']);
    const patch = await read('uncommitted.patch');
    expect(patch).toContain(`+${program.split('\n')[0]}\n`);
    expect(patch).not.toContain('hunter2');
    expect(parseEnvironment(await read('environment.json')).git?.patch).toEqual({
      files: 1,
      complete: true,
      leftOut: [{ path: '.env', reason: 'secret' }],
      leftOutCount: 1,
    });
  },
);

it.skipIf(!GIT_INSTALLED).each([
  [', environment: { patch: false }', ['environment.json']],
  [', environment: false', []],
])('records less of the environment on request: %s', async (options, expected) => {
  expect((await train(options)).files).toEqual(expected);
});

it('a run in a folder records its environment as tags and as environment.json', async () => {
  const store = await openStore(join(temporaryFolder(), 'store'));
  await startRun({ store }, () => {});
  const [run] = await store.runs({});
  expect(run?.tags).toMatchObject({
    'mlflow.source.type': expect.stringMatching(/LOCAL|JOB/),
    'tidemark.node.version': process.versions.node,
  });
  const { runId, experimentId } = run as NonNullable<typeof run>;
  const pieces: Uint8Array[] = [];
  const owner = { kind: 'run', runId, experimentId } as const;
  for await (const piece of store.artifacts.read(owner, 'environment.json')) pieces.push(piece);
  expect(parseEnvironment(Buffer.concat(pieces).toString()).node.version).toBe(
    process.versions.node,
  );
});
