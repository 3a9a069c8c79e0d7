import { defaultClientConditions, defineConfig, type UserConfig } from 'vite';
import { writeLicenses } from '../../tools/bundled-licenses/write-licenses.ts';
import { compressAssets } from './build/compress-assets.ts';

/** Builds the page into `dist/page`. `npm run dev -w @tidemark/ui` serves it, with the API of a server on port 5000. */
const config: UserConfig = defineConfig({
  root: `${import.meta.dirname}/src/page`,
  // Works below any path that a proxy puts the server at.
  base: './',
  resolve: { conditions: ['@tidemark/source', ...defaultClientConditions] },
  plugins: [writeLicenses(), compressAssets()],
  build: {
    outDir: `${import.meta.dirname}/dist/page`,
    emptyOutDir: true,
    target: 'es2023',
    // The policy of the page allows no data: scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:5000', '/ajax-api': 'http://127.0.0.1:5000' } },
});
export default config;
