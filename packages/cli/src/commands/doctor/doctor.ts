import { CheckFailed } from '../../check-failed.ts';
import { type CommandDefinition, option } from '../../command-definition.ts';
import { JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { DoctorCommandOptions } from './run-doctor.ts';

/** `tidemark doctor`. */
export const doctor: CommandDefinition = {
  name: 'doctor',
  summary: 'Check a whole store: logs, artifacts, registry, derived files.',
  options: [
    option('-s, --store <address>', 'the store to check: a folder of this machine'),
    option('--fix', 'repair everything that can be repaired without loss'),
    option('--deep', 'read every artifact and compare its SHA-256, not only its size'),
    option<readonly string[]>(
      '--expect-head <model=hash>',
      'a head of a model that you noted earlier; may be repeated',
      (text, before = []) => [...before, text],
    ),
    JSON_OUTPUT,
  ],
  notes: 'Exit code 1: the store has damage that was not repaired. Notes do not count.',
  async action(options: DoctorCommandOptions, terminal: Terminal) {
    const { runDoctor } = await import('./run-doctor.ts');
    if (await runDoctor(options, terminal)) return;
    throw new CheckFailed('the store is damaged');
  },
};
