import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { reportersOf } from './vitest.shared.ts';

/** `npx vitest` at the root runs every package in one go; `npm test` runs them through turbo. */
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: reportersOf(import.meta.dirname),
    projects: [
      'packages/*/vitest.config.ts',
      'examples/*/vitest.config.ts',
      'tools/vitest.config.ts',
    ],
  },
});
export default config;
