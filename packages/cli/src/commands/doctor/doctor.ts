import { CheckFailed } from '../../check-failed.ts';
import { type CommandDefinition, option } from '../../command-definition.ts';
import { JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { DoctorCommandOptions } from './run-doctor.ts';

/** `tidemark doctor`. */
export const doctor: CommandDefinition = {
  name: 'doctor',
  summary: 'Examine a whole store: logs, artifacts, registry, derived files.',
  options: [
    option('-s, --store <address>', 'the store to examine: a folder of this machine'),
    option('--fix', 'repair what can be repaired without losing a fact'),
    option('--deep', 'read every artifact and compare its SHA-256, not only its size'),
    option<readonly string[]>(
      '--expect-head <model=hash>',
      'a head of a model that was noted before; may be repeated',
      (text, before = []) => [...before, text],
    ),
    JSON_OUTPUT,
  ],
  notes: 'Exit code 1 if it found something that was not repaired. Notes do not count.',
  async action(options: DoctorCommandOptions, terminal: Terminal) {
    const { runDoctor } = await import('./run-doctor.ts');
    if (await runDoctor(options, terminal)) return;
    throw new CheckFailed('the store is not as it should be');
  },
};
