import { describe, expect, it } from 'vitest';
import { browserEntries } from '../check-boundaries/browser-reach.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { readWorkspace } from '../workspace/workspace.ts';
import { bundleForBrowser } from './browser-bundle.ts';
import { runMainInBrowserContext } from './run-in-browser-context.ts';

const specifiers = readWorkspace(REPOSITORY_ROOT)
  .members.filter((member) => member.kind === 'packages')
  .flatMap((member) =>
    browserEntries(member).map((entry) => entry.replace(/^\./, member.manifest.name)),
  );

describe('the entries for browsers', () => {
  it('include these packages', () => {
    expect(specifiers).toEqual(
      expect.arrayContaining([
        '@tidemark/core',
        '@tidemark/mlflow',
        '@tidemark/client',
        '@tidemark/models',
        '@tidemark/models/tfjs',
        '@tidemark/autolog-tfjs',
      ]),
    );
  });

  it.each(specifiers)(
    'can be bundled and loaded without anything of Node: %s',
    async (specifier) => {
      const { code, nodeModules } = await bundleForBrowser(
        `import * as all from '${specifier}'; export const main = () => Object.keys(all).length;`,
      );
      expect(nodeModules).toEqual([]);
      expect(await runMainInBrowserContext(code)).toBeGreaterThan(0);
    },
  );
});

describe('the bundler', () => {
  it('finds every import of a module of Node', async () => {
    const { nodeModules } = await bundleForBrowser(
      `import { readFileSync } from 'node:fs'; export const main = () => [readFileSync, import('path')];`,
    );
    expect(nodeModules).toEqual([
      'node:fs (from browser-source.ts)',
      'path (from browser-source.ts)',
    ]);
  });

  it('refuses an import that cannot be resolved', async () => {
    await expect(bundleForBrowser(`import '@tidemark/gone';`)).rejects.toThrow(
      'Cannot be found for a browser: @tidemark/gone.',
    );
  });

  it('has a context without the globals of Node', async () => {
    const { code } = await bundleForBrowser(
      `const names = ['process', 'Buffer', 'require', 'global', 'setImmediate', 'crypto', 'fetch'];
       export const main = () => names.filter((name) => name in globalThis).join();`,
    );
    expect(await runMainInBrowserContext(code)).toBe('crypto,fetch');
  });
});

describe('in a context without Node', () => {
  it('the client records a run in a memory store and reads it back', async () => {
    const { code } = await bundleForBrowser(`
      import { openStore, startRun } from '@tidemark/client';

      export async function main() {
        const store = await openStore('memory:');
        const run = await startRun({ store, experiment: 'in a page' });
        await run.logParams({ learningRate: 0.1, layers: [128, 10] });
        await run.logMetrics({ loss: 0.5 }, { step: 1, timestampMs: 1000 });
        await run.logMetric('loss', 0.25, { step: 2, timestampMs: 2000 });
        await run.logText('how it went', 'notes.txt');
        await run.end();

        const [recorded] = await store.runs({ runIds: [run.runId] });
        const points = await store.metricHistory(run.runId, 'loss');
        const files = await store.artifacts.list({ kind: 'run', runId: run.runId, experimentId: run.experimentId });
        return JSON.stringify({
          status: recorded.status,
          params: recorded.params,
          points: points.map((point) => [point.step, point.value]),
          files: files.map((file) => file.path),
        });
      }
    `);
    const recorded: unknown = JSON.parse(String(await runMainInBrowserContext(code)));
    expect(recorded).toMatchObject({
      status: 'FINISHED',
      points: [
        [1, 0.5],
        [2, 0.25],
      ],
      files: ['notes.txt'],
    });
  });
});
