import { type CommandDefinition, option } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import type { UiOptions } from './show-page.ts';

/** `tidemark ui`: the page of a store, in the browser. */
export const ui: CommandDefinition = {
  name: 'ui',
  summary: 'Open the page of a store in the browser, from a free port of this machine.',
  options: [
    option('-s, --store <address>', 'the store to show, which the first write creates'),
    option('--no-open', 'only print the address'),
  ],
  async action(options: UiOptions, terminal: Terminal) {
    const [{ showPage }, { serverProcess }] = await Promise.all([
      import('./show-page.ts'),
      import('../server/server-process.ts'),
    ]);
    await showPage(options, terminal, serverProcess());
  },
};
