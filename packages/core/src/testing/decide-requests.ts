import { isTidemarkError } from '../errors.ts';
import { openFileStore } from '../file/file-store.ts';
import { approveRequest } from '../registry/approve-request.ts';
import { rejectRequest } from '../registry/close-request.ts';
import { transitionRequests } from '../registry/find-request.ts';
import { getRegisteredModel } from '../registry/find-version.ts';

/**
 * A process for tests of racing decisions: approves or rejects every open request of a model, one
 * after the other, and prints the result for each: `won` or the code of the error.
 */
const [folder, name, who, decision] = process.argv.slice(2) as [string, string, string, string];
const store = openFileStore(folder);
const decide = decision === 'reject' ? rejectRequest : approveRequest;
const asked = transitionRequests(await getRegisteredModel(store, name));
// Both processes start when both are ready.
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
process.stdin.destroy();
for (const { request } of asked) {
  const { requestId } = request;
  try {
    await decide(store, { name, requestId, by: { name: who, authenticated: false } });
    process.stdout.write(`${requestId} won\n`);
  } catch (error) {
    if (!isTidemarkError(error)) throw error;
    process.stdout.write(`${requestId} ${error.code}\n`);
  }
}
await store.close();
