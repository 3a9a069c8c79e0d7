import { createInterface } from 'node:readline';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { Store } from '@tidemark/core';
import { actInRace, type RaceTask } from './race-acts.ts';

/**
 * The program of a process or a worker thread of a race: it sends "ready", waits for "go", acts, and sends its
 * result. A script for each kind of store calls it with the function that opens the store.
 */
export async function race(openStore: (uri: string) => Store | Promise<Store>): Promise<void> {
  const task: RaceTask = isMainThread ? JSON.parse(process.argv[2] as string) : workerData;
  const store = await openStore(task.uri);
  const act = async (): Promise<string> => {
    const result = await actInRace(store, task.modelId);
    await store.close();
    return JSON.stringify(result);
  };
  if (parentPort === null) {
    console.log('ready');
    for await (const _ of createInterface({ input: process.stdin })) {
      console.log(await act());
      break;
    }
    process.stdin.destroy();
    return;
  }
  const port = parentPort;
  port.once('message', () => void act().then((result) => port.postMessage(result)));
  port.postMessage('ready');
}
