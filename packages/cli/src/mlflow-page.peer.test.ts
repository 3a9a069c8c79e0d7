import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addUser, hashPassword, writeAuthFile } from '@tidemark/server';
import { temporaryFolder } from '@tidemark/test-kit';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type MlflowPage, serveMlflowPage } from './testing/mlflow-page.ts';
import { type PageRecords, recordForPage } from './testing/page-records.ts';
import { type ServerProcess, startServerProcess } from './testing/server-process.ts';

const python = process.env.TIDEMARK_PEER_PYTHON;
const browserPath = process.env.TIDEMARK_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Requests of every view that the page can do without: generative AI, and features that this server lacks. */
const DONE_WITHOUT = /\/mlflow\/(assistant\/|gateway-proxy\?|users\/current$)/;

/** A view: its address, its texts, and the requests that it must have made. */
type View = readonly [
  name: string,
  path: (records: PageRecords) => string,
  texts: readonly string[],
  requests: readonly RegExp[],
];

const VIEWS: readonly View[] = [
  ['the experiments', () => '/experiments', ['penguins', 'Default'], [/experiments\/search\?/]],
  [
    'the table of runs',
    ({ experimentId }) => `/experiments/${experimentId}/runs`,
    ['adelie', 'birds (abc)', 'net', '1 matching run'],
    [/^\/graphql$/, /runs\/search$/, /search-datasets$/, /logged-models\/search$/],
  ],
  [
    'the charts of runs',
    ({ experimentId }) => `/experiments/${experimentId}/runs?compareRunsMode=CHART`,
    ['Model metrics (1)', 'adelie (loss)'],
    [/get-history-bulk-interval\?/],
  ],
  [
    'a run',
    ({ experimentId, runId }) => `/experiments/${experimentId}/runs/${runId}`,
    [
      ...['adelie', 'Metrics (1)', '0.25', 'Parameters (1)', 'units', '17', 'Logged models (1)'],
      ...['Finished', 'birds (abc)', 'colour', 'grey', 'birdnet'],
    ],
    [/^\/graphql$/, /model-versions\/search\?/],
  ],
  [
    "a run's metrics",
    ({ experimentId, runId }) => `/experiments/${experimentId}/runs/${runId}/model-metrics`,
    ['Model metrics (1)', 'adelie (loss)'],
    [/get-history-bulk-interval\?/],
  ],
  [
    "a run's artifacts",
    ({ experimentId, runId }) =>
      `/experiments/${experimentId}/runs/${runId}/artifacts/notes/hello.txt`,
    ['notes/hello.txt', 'hello penguins'],
    [/artifacts\/list\?/, /^\/get-artifact\?/],
  ],
  [
    'a missing run',
    ({ experimentId }) => `/experiments/${experimentId}/runs/${'0'.repeat(32)}`,
    [`Run ID ${'0'.repeat(32)} does not exist`],
    [/^\/graphql$/],
  ],
  [
    'the logged models',
    ({ experimentId }) => `/experiments/${experimentId}/models`,
    ['net', 'Ready', 'adelie'],
    [/logged-models\/search$/],
  ],
  [
    'a logged model',
    ({ experimentId, modelId }) => `/experiments/${experimentId}/models/${modelId}`,
    ['net', 'Ready', 'adelie'],
    [/logged-models\/m-/],
  ],
  ['the registered models', () => '/models', ['birdnet', 'Version 1'], [/registered-models\/s/]],
  ['a registered model', () => '/models/birdnet', ['Version 1'], [/model-versions\/search\?/]],
  [
    'a version',
    () => '/models/birdnet/versions/1',
    ['Version 1', 'adelie', 'net'],
    [/model-versions\/get\?/, /^\/model-versions\/get-artifact\?/],
  ],
];

describe.skipIf(python === undefined || !existsSync(browserPath))(
  "MLflow's own page, in Chromium, before tidemark server (needs TIDEMARK_PEER_PYTHON, a Python with mlflow, and TIDEMARK_CHROMIUM or /usr/bin/chromium)",
  () => {
    let folder: string;
    let server: ServerProcess;
    let page: MlflowPage;
    let browser: Browser;
    let tab: Page;
    let records: PageRecords;
    const faults: string[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tidemark-mlflow-page-'));
      server = await startServerProcess('--store', join(folder, 'store'));
      page = await serveMlflowPage(pageBuild(), server.uri);
      records = await recordForPage(server.uri);
      browser = await chromium.launch({ executablePath: browserPath, args: FLAGS, timeout: 0 });
      tab = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
      // Half a minute for a page is too little on a busy machine. Vitest's own limit ends a test that hangs.
      tab.setDefaultTimeout(0);
      tab.on('pageerror', (error) => faults.push(String(error)));
    });
    afterAll(async () => {
      await browser?.close();
      await page?.stop();
      await server?.stop();
      rmSync(folder, { recursive: true });
    });

    it.each(VIEWS)('shows %s', async (_name, path, texts, requests) => {
      const from = page.requests.length;
      await tab.goto('about:blank');
      await tab.goto(`${page.uri}/#${path(records)}`);
      await shows(tab, texts);
      // The page never comes to rest, because some views poll.
      const unasked = () => {
        const asked = page.requests.slice(from);
        return requests.filter((pattern) => !asked.some((request) => pattern.test(request.path)));
      };
      await expect.poll(unasked).toEqual([]);
      const refused = page.requests
        .slice(from)
        .filter((request) => request.status >= 400 && !DONE_WITHOUT.test(request.path));
      expect(refused).toEqual([]);
      expect(faults).toEqual([]);
    });

    it('shows a user what they may read, and who they are', async () => {
      const authFile = join(temporaryFolder(), 'auth.json');
      const password = await hashPassword('a long passphrase');
      const file = addUser({ users: [] }, { name: 'grace', role: 'reader', password });
      writeAuthFile(authFile, file);
      const closed = await startServerProcess('--store', temporaryFolder(), '--auth', authFile);
      onTestFinished(() => closed.stop());
      const front = await serveMlflowPage(pageBuild(), closed.uri);
      onTestFinished(() => front.stop());
      const httpCredentials = { username: 'grace', password: 'a long passphrase' };
      const context = await browser.newContext({ httpCredentials });
      const own = await context.newPage();
      own.setDefaultTimeout(0);
      await own.goto(`${front.uri}/#/experiments/0/runs`);
      await shows(own, ['Default', 'grace']);
      const current = front.requests.filter(({ path }) => path.endsWith('/users/current'));
      expect(current.at(-1)?.status).toBe(200);
      expect(front.requests.filter(({ status }) => status === 500)).toEqual([]);
      await context.close();
    });
  },
);

/** Returns the folder of the page in the installed wheel. */
function pageBuild(): string {
  const find = "import importlib.util; print(importlib.util.find_spec('mlflow').origin)";
  const origin = execFileSync(python ?? '', ['-c', find], { encoding: 'utf8' }).trim();
  return join(dirname(origin), 'server', 'js', 'build');
}

/** Waits until the page shows all texts. */
async function shows(tab: Page, texts: readonly string[]): Promise<void> {
  const missing = async () => {
    const shown = String(await tab.evaluate('document.body.innerText')).replace(/\s+/g, ' ');
    return texts.filter((text) => !shown.includes(text)).map((text) => `${text}, in: ${shown}`);
  };
  await expect.poll(missing, { interval: 200 }).toEqual([]);
}
