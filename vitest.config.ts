import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.shared.ts';

/** `npx vitest` at the root runs every package in one process tree; `npm test` runs them through turbo. */
export default defineConfig({
  test: {
    reporters,
    projects: [
      'packages/*/vitest.config.ts',
      'examples/*/vitest.config.ts',
      'tools/vitest.config.ts',
    ],
  },
});
