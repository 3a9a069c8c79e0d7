import { defineConfig } from 'vitest/config';

/** `npx vitest` at the root watches every package; `npm test` runs them through turbo. */
export default defineConfig({
  test: {
    projects: [
      'packages/*/vitest.config.ts',
      'examples/*/vitest.config.ts',
      'tools/vitest.config.ts',
    ],
  },
});
