import { openStore, type Store, startRun } from '@tidemark/client';

// The values that the owner of a run passes to a worker.
declare global {
  var store: Store;
  var runId: string;
  var step: number;
}

globalThis.store = await openStore('memory:');
globalThis.runId = await new Promise<string>((resolve, reject) => {
  const trainOn = new Promise<void>(() => {});
  startRun({ store: globalThis.store }, (run) => {
    resolve(run.runId);
    return trainOn;
  }).catch(reject);
});
globalThis.step = 1;
