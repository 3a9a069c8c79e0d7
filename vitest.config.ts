import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { packageTests, reportersOf } from './vitest.shared.ts';

const ROOT = import.meta.dirname;
const folders = ['packages', 'examples']
  .flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => join(ROOT, parent, name)))
  .filter((folder) => existsSync(join(folder, 'vitest.config.ts')));

/** `npx vitest` at the root runs every package in one go; `npm test` runs them through turbo. */
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: reportersOf(ROOT),
    // The configurations, not their files: vitest takes the folder of a file as the root.
    projects: [...folders, join(ROOT, 'tools')].map(packageTests),
  },
});
export default config;
