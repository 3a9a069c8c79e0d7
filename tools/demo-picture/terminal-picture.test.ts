import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { terminalPicture } from './terminal-picture.ts';

it('a picture has a line of text for each line, in the colours of steps and facts', () => {
  const picture = terminalPicture('$ demo\n\n1. Train\n   run          a < b\n   1 row\n');
  expect(picture.match(/<text [^>]*>.*<\/text>/g)).toEqual([
    '<text x="20" y="35"><tspan class="title">$ demo</tspan></text>',
    '<text x="20" y="55"></text>',
    '<text x="20" y="75"><tspan class="step">1. </tspan><tspan class="title">Train</tspan></text>',
    '<text x="20" y="95"><tspan class="name">   run          </tspan>a &lt; b</text>',
    '<text x="20" y="115">   1 row</text>',
  ]);
});

it('the picture in the README shows the steps of the demo, in their order', async () => {
  const demo = await readFile(join(REPOSITORY_ROOT, 'examples/penguins/demo.ts'), 'utf8');
  const picture = await readFile(join(REPOSITORY_ROOT, 'docs/images/demo.svg'), 'utf8');
  const steps = [...demo.matchAll(/story\.step\('(.*)'\)/g)].map((step) => step[1]);
  const shown = [...picture.matchAll(/class="step">.*?class="title">(.*?)<\/tspan>/g)];
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.map((step) => step[1])).toEqual(steps.slice(0, shown.length));
});
