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

/** Every run leaves a JSON report at its root, for tools/count-tests to add up. */
export const reporters: NonNullable<NonNullable<ViteUserConfig['test']>['reporters']> = [
  'default',
  skipReasons,
  ['json', { outputFile: '.reports/vitest.json' }],
];

/**
 * When a test, a hook or a poll counts as hanging. It is no measure of speed: a busy machine takes ten times as long,
 * and no test has a limit of its own.
 */
const HANG_MS = 900_000;

/**
 * The vitest configuration of one package. With `isolate: false`, one process runs all its files, which takes half the
 * processor time: only for packages that keep nothing in their process, such as the active run.
 */
export function packageTests(
  name: string,
  { isolate = true }: { readonly isolate?: boolean } = {},
): ViteUserConfig {
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name,
      include: ['**/*.test.ts'],
      exclude: ['**/node_modules/**', '**/dist/**'],
      isolate,
      testTimeout: HANG_MS,
      hookTimeout: HANG_MS,
      teardownTimeout: HANG_MS,
      expect: { poll: { timeout: HANG_MS } },
      reporters,
      env: {
        TIDEMARK_SHARED:
          process.env.TIDEMARK_SHARED ?? fileURLToPath(new URL('../shared', import.meta.url)),
        // Programs that tests start ask git on a busy machine too.
        TIDEMARK_GIT_TIMEOUT: String(HANG_MS / 1000),
      },
    },
  });
}
