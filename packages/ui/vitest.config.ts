import type { ViteUserConfig } from 'vitest/config';
import { packageTests } from '../../vitest.shared.ts';

const config: ViteUserConfig = packageTests(import.meta.dirname);
export default config;
