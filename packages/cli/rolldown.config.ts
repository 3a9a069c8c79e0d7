import { defineConfig, type RolldownOptions } from 'rolldown';
import { writeLicenses } from '../../tools/bundled-licenses/write-licenses.ts';

/**
 * Builds the code behind `bin/tidemark.js`: the command and its packages in a few files, with a chunk for each
 * command's own code. Otherwise Node reads 900 modules before a server answers, about a millisecond each. Packages
 * that differ by machine, are as large as Arrow, or read their own files stay outside.
 */
const config: RolldownOptions = defineConfig({
  cwd: import.meta.dirname,
  input: 'src/main.ts',
  platform: 'node',
  tsconfig: false,
  external: ['@duckdb/node-api', 'apache-arrow', '@tidemark/ui'],
  resolve: { conditionNames: ['@tidemark/source', 'node', 'import'] },
  plugins: [writeLicenses()],
  output: {
    dir: 'dist/bundle',
    format: 'esm',
    minify: false,
    sourcemap: false,
    cleanDir: true,
    chunkFileNames: '[name]-[hash].js',
    comments: { legal: true, annotation: false, jsdoc: false },
  },
});
export default config;
