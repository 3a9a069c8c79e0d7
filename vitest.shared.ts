import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultServerConditions } from 'vite';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import type { Reporter } from 'vitest/node';

/** Workspace imports resolve to TypeScript source, so tests need no build. */
const conditions = ['@tidemark/source', ...defaultServerConditions];

/** Puts why a test was skipped, `ctx.skip('why')`, into the JSON report, which would leave it out. */
const skipReasons: Reporter = {
  onTestCaseResult(test) {
    const result = test.result();
    if (result.state === 'skipped') Object.assign(test.meta(), { skipReason: result.note });
  },
};

/** The reporters of a run, which leaves a JSON report in `folder` for tools/count-tests to add up. */
export function reportersOf(
  folder: string,
): NonNullable<NonNullable<ViteUserConfig['test']>['reporters']> {
  return [
    'default',
    skipReasons,
    ['json', { outputFile: join(folder, '.reports', 'vitest.json') }],
  ];
}

/**
 * When a test, a hook or a poll counts as hanging. It is no measure of speed: a busy machine takes ten times as long,
 * and no test has a limit of its own.
 */
const HANG_MS = 900_000;

/**
 * The vitest configuration of the package in `folder`. One process runs all its files (decision 88). The file that calls
 * this has the same text in every package, and the root is the repository's: then vitest transforms a module once for
 * all packages, and keeps it in node_modules.
 */
export function packageTests(folder: string): ViteUserConfig {
  const root = import.meta.dirname;
  const name = relative(root, folder).replace('packages/', '');
  return defineConfig({
    root,
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name,
      dir: folder,
      include: ['**/*.test.ts'],
      exclude: ['**/node_modules/**', '**/dist/**'],
      isolate: false,
      experimental: { fsModuleCache: true },
      testTimeout: HANG_MS,
      hookTimeout: HANG_MS,
      teardownTimeout: HANG_MS,
      expect: { poll: { timeout: HANG_MS } },
      reporters: reportersOf(folder),
      env: {
        TIDEMARK_SHARED:
          process.env.TIDEMARK_SHARED ?? fileURLToPath(new URL('../shared', import.meta.url)),
        // Programs that tests start ask git on a busy machine too.
        TIDEMARK_GIT_TIMEOUT: String(HANG_MS / 1000),
      },
    },
  });
}
