import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Store } from '@tidemark/core';
import { createServer, type Page as ServedPage, type TidemarkServer } from '@tidemark/server';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtPage } from './testing/built-page.ts';
import { logPenguins } from './testing/log-penguins.ts';

const browserPath = process.env.TIDEMARK_CHROMIUM ?? '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** The most bytes of the first view, as brotli. */
const MOST_BYTES = 150_000;

describe.skipIf(!existsSync(browserPath))(
  'the page in Chromium (needs TIDEMARK_CHROMIUM or /usr/bin/chromium)',
  () => {
    let store: Store;
    let page: ServedPage;
    let server: TidemarkServer;
    let address: string;
    let browser: Browser;
    let tab: Page;
    let faults: string[];
    let requests: string[];

    beforeAll(async () => {
      [store, page] = await Promise.all([logPenguins(), builtPage()]);
      server = await createServer({ store, page });
      address = await server.listen({ port: 0 });
      const args = ['--no-sandbox', '--disable-dev-shm-usage'];
      browser = await chromium.launch({ executablePath: browserPath, args, timeout: 0 });
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
      await store?.close();
    });
    beforeEach(async () => {
      faults = [];
      requests = [];
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      tab = await context.newPage();
      // Vitest's own limit ends a test that hangs.
      tab.setDefaultTimeout(0);
      tab.on('pageerror', (error) => faults.push(String(error)));
      tab.on('console', (message) => {
        if (message.type() === 'error') faults.push(message.text());
      });
      tab.on('request', (request) => requests.push(request.url()));
      return async () => {
        await context.close();
        expect(faults).toEqual([]);
        expect(requests.filter((url) => !url.startsWith(address))).toEqual([]);
      };
    });

    const open = (hash: string) => tab.goto(`${address}/${hash}`);
    const openRuns = async (query = '') => {
      await open('#/');
      await tab.getByRole('link', { name: 'penguins' }).click();
      if (query !== '')
        await tab.evaluate((added) => location.replace(location.hash + added), query);
      await tab.getByRole('heading', { name: 'penguins' }).waitFor();
    };
    const firstRun = () => tab.locator('tbody th.name').first().innerText();

    it('shows an experiment as a table that is read while a user scrolls', async () => {
      await openRuns();
      await tab.getByText('200+ runs').waitFor();
      expect(await tab.locator('table').getAttribute('aria-rowcount')).toBe('201');
      // Only the rows in sight are mounted.
      expect(await tab.locator('tbody tr').count()).toBeLessThan(60);
      await tab.locator('.grid-frame').evaluate((frame) => frame.scrollTo(0, 1e6));
      await tab.getByText('300 runs').waitFor();
      await tab.locator('.grid-frame').evaluate((frame) => frame.scrollTo(0, 1e6));
      await tab.getByRole('link', { name: 'mlp-0', exact: true }).waitFor();
    });

    it('orders by a column, and the address keeps the order', async () => {
      await openRuns();
      await tab.getByRole('button', { name: 'f1' }).click();
      await tab
        .getByRole('columnheader', { name: 'f1' })
        .and(tab.locator('[aria-sort=descending]'))
        .waitFor();
      await expect.poll(firstRun).toContain('mlp-299');
      await tab.getByRole('button', { name: 'f1' }).click();
      await expect.poll(firstRun).toContain('mlp-0');
      await tab.reload();
      await expect.poll(firstRun).toContain('mlp-0');
      expect(tab.url()).toContain('order=metrics.f1');
    });

    it('filters in the language of searches, completes fields, and says where a mistake is', async () => {
      await openRuns();
      const filter = tab.getByRole('searchbox', { name: 'Filter of runs' });
      await filter.pressSequentially('f1');
      await tab.getByRole('button', { name: 'metrics.f1', exact: true }).waitFor();
      await filter.press('Tab');
      await expect.poll(() => filter.inputValue()).toBe('metrics.f1');
      await filter.fill('metrics.f1 >');
      await tab.locator('#filter-mistake', { hasText: '^' }).waitFor();
      await filter.fill("metrics.f1 > 0.9 AND params.lr = '0.1'");
      await filter.press('Enter');
      await tab.getByText('9 runs').waitFor();
      expect(new URL(tab.url()).hash).toContain(
        "filter=metrics.f1+%3E+0.9+AND+params.lr+%3D+'0.1'",
      );
    });

    it('hides columns that tell nothing apart', async () => {
      await openRuns();
      const optimizer = tab.getByRole('columnheader', { name: 'optimizer' });
      await optimizer.waitFor();
      await tab.getByLabel('Hide what is constant').check();
      await optimizer.waitFor({ state: 'detached' });
    });

    it('draws the chosen runs, with a spike of one step', async () => {
      await openRuns();
      await tab.getByLabel('Choose mlp-299').check();
      await tab.getByLabel('Choose mlp-298').check();
      await tab.getByRole('button', { name: 'Charts' }).click();
      const chart = tab.getByRole('figure', { name: 'train/loss of 2 runs' });
      await chart.locator('canvas').waitFor();
      const texts = chart.locator('.legend');
      expect(await texts.innerText()).toMatch(/mlp-299[\s\S]*mlp-298/);
      const canvas = chart.locator('canvas');
      // Only the spike reaches the upper tenth of the plot.
      await expect
        .poll(() =>
          canvas.evaluate((element) => {
            const { width, height } = element as HTMLCanvasElement;
            const context = (element as HTMLCanvasElement).getContext('2d');
            // Right of the labels of the axis. Lines of the grid are light.
            const { data } = context?.getImageData(70, 12, width - 80, height * 0.1) ?? {
              data: [],
            };
            let dark = 0;
            for (let at = 0; at < data.length; at += 4) {
              const [red = 0, green = 0, blue = 0, alpha = 0] = data.slice(at, at + 4);
              if (alpha > 200 && Math.max(red, green, blue) < 180) dark += 1;
            }
            return dark;
          }),
        )
        .toBeGreaterThan(0);
    });

    it("opens a run at the address that MLflow's clients print", async () => {
      const [run] = await store.runs({});
      await open(`#/experiments/${run?.experimentId}/runs/${run?.runId}`);
      await tab.getByRole('heading', { name: run?.name ?? '' }).waitFor();
      await tab.getByRole('rowheader', { name: 'optimizer' }).waitFor();
      await tab.getByRole('figure', { name: /^f1/ }).waitFor();
    });

    it('shows a model with its versions and their open requests', async () => {
      await open('#/models/penguins');
      await tab.getByRole('heading', { name: 'Version 2' }).waitFor();
      await tab.getByText('ada asks for @champion: better on females').waitFor();
    });

    it('says what is missing', async () => {
      await open(`#/experiments/0/runs/${'0'.repeat(32)}`);
      await tab.getByRole('heading', { name: 'There is no such run' }).waitFor();
      await open('#/nothing/here');
      await tab.getByRole('heading', { name: 'There is no such view' }).waitFor();
      await open('#/experiments/0');
      await tab.getByText('Log a run from TypeScript').waitFor();
      // Chromium reports the answer to the question for the run.
      expect(faults.filter((fault) => !fault.includes('404'))).toEqual([]);
      faults = [];
    });

    it('has no fault that axe finds, in light and dark colours', async () => {
      const [run] = await store.runs({});
      const views = [
        '#/',
        `#/experiments/${run?.experimentId}`,
        `#/experiments/${run?.experimentId}?view=charts`,
        `#/experiments/${run?.experimentId}/runs/${run?.runId}`,
        '#/models',
        '#/models/penguins',
      ];
      for (const colorScheme of ['light', 'dark'] as const) {
        await tab.emulateMedia({ colorScheme });
        for (const view of views) {
          await open('#/nothing');
          await open(view);
          await tab.waitForLoadState('networkidle');
          await tab.evaluate(AXE);
          const violations = await tab.evaluate(async () => {
            const { axe } = globalThis as unknown as {
              axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
            };
            return (await axe.run()).violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
          });
          expect([view, colorScheme, violations]).toEqual([view, colorScheme, []]);
        }
      }
    });

    it('asks for nothing while the page is idle', async () => {
      await openRuns('?view=charts');
      await tab.waitForLoadState('networkidle');
      const before = requests.length;
      await tab.waitForTimeout(3000);
      expect(requests.slice(before)).toEqual([]);
    });

    it('sends less than 150 kB for the first view', () => {
      const bytes = [...page.files.values()].reduce((sum, { brotli }) => sum + brotli.length, 0);
      expect(bytes).toBeLessThan(MOST_BYTES);
    });
  },
);
