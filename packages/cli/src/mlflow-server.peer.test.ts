import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMlflowServer } from './testing/mlflow-server.ts';
import { type Answer, Conversation } from './testing/same-answers/exchange.ts';
import { EXCHANGES } from './testing/same-answers/exchanges.ts';
import { startServerProcess } from './testing/server-process.ts';

const python = process.env.TIDEMARK_PEER_PYTHON;

describe.skipIf(python === undefined)(
  "tidemark server and MLflow's own server give the same answers (needs TIDEMARK_PEER_PYTHON, a Python with mlflow)",
  () => {
    let folder: string;
    const stops: (() => Promise<void>)[] = [];
    const answers = new Map<string, { ours: Answer; theirs: Answer }>();

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tidemark-same-answers-'));
      const ours = await startServerProcess('--store', join(folder, 'store'));
      stops.push(ours.stop);
      const theirs = await startMlflowServer(python ?? '', folder);
      stops.push(theirs.stop);
      const conversations = [new Conversation(ours.uri), new Conversation(theirs.uri)] as const;
      for (const exchange of EXCHANGES) {
        const [here, there] = [
          await conversations[0].ask(exchange),
          await conversations[1].ask(exchange),
        ];
        answers.set(exchange.name, { ours: here, theirs: there });
      }
    });
    afterAll(async () => {
      for (const stop of stops) await stop();
      rmSync(folder, { recursive: true, force: true });
    });

    for (const { name, differs, words } of EXCHANGES) {
      const note = differs ?? words;
      it(note === undefined ? name : `${name} (${note})`, () => {
        const { ours, theirs } = answers.get(name) ?? {};
        if (differs !== undefined) expect(ours).not.toEqual(theirs);
        else if (words !== undefined) expect(wordless(ours)).toEqual(wordless(theirs));
        else expect(ours).toEqual(theirs);
      });
    }
  },
);

/** Returns an answer without the texts for people. */
function wordless(answer: Answer | undefined): unknown {
  return { ...answer, body: { ...(answer?.body as object), message: undefined } };
}
