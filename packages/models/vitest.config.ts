import type { ViteUserConfig } from 'vitest/config';
import { packageTests } from '../../vitest.shared.ts';

const config: ViteUserConfig = packageTests('models', { isolate: false });
export default config;
