import { examineStore } from '../file/doctor/examine-store.ts';
import { openFileStore } from '../file/file-store.ts';
import { planGarbage } from '../file/gc/plan-garbage.ts';
import { searchModelVersions } from '../search/search-model-versions.ts';
import { searchRegisteredModels } from '../search/search-registered-models.ts';

/**
 * A process for tests of pipes and devices with the name of a file: what a store answers to each question, or why it does not.
 * A reader that waits for a pipe, or reads a device without end, would stop a test as well.
 */
const [folder] = process.argv.slice(2) as [string];

process.stdout.write(
  JSON.stringify({
    models: await answer(async () => (await searchRegisteredModels(open())).models.length),
    versions: await answer(async () => (await searchModelVersions(open())).versions.length),
    byName: await answer(async () => (await open().registry.read('penguins'))?.model.name),
    runs: await answer(async () => (await open().runs({})).length),
    doctor: await answer(async () => {
      const { findings } = await examineStore(folder);
      // Not about the files of versions, which the test does not create.
      const checks = findings.map(({ check, severity }) => (severity === 'error' ? check : ''));
      return checks.filter((check) => check !== '' && check !== 'version-digests');
    }),
    gc: await answer(async () => (await planGarbage(folder)).removals.length),
  }),
);

function open(): ReturnType<typeof openFileStore> {
  return openFileStore(folder, { mustExist: true, onDamage: () => {} });
}

async function answer(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return (await ask()) ?? null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : String(error);
  }
}
