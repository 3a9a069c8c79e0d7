import { fileURLToPath } from 'node:url';
import { defaultServerConditions } from 'vite';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Workspace imports resolve to TypeScript source, so tests need no build. */
const conditions = ['@tidemark/source', ...defaultServerConditions];

/** The vitest configuration of one package; every run leaves a JSON report for the CI gate to add up. */
export function packageTests(name: string): ViteUserConfig {
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name,
      include: ['**/*.test.ts'],
      exclude: ['**/node_modules/**', '**/dist/**'],
      testTimeout: 30_000,
      hookTimeout: 60_000,
      reporters: ['default', ['json', { outputFile: '.reports/vitest.json' }]],
      env: {
        TIDEMARK_SHARED:
          process.env.TIDEMARK_SHARED ?? fileURLToPath(new URL('../shared', import.meta.url)),
      },
    },
  });
}
