const COLUMNS = 84;
const CHARACTER_WIDTH = 8.4;
const LINE_HEIGHT = 20;
const MARGIN = 20;

/** Colours of a dark terminal. Each has a contrast of at least 4.5 : 1 to the background. */
const COLORS = { background: '#0d1117', text: '#e6edf3', step: '#56d4dd', name: '#9198a1' };

/** Draws the output of a terminal as SVG. Steps (`1. …`) and the names of facts have their own colours. */
export function terminalPicture(output: string): string {
  const lines = output.trim().split('\n');
  const width = COLUMNS * CHARACTER_WIDTH + 2 * MARGIN;
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const texts = lines.map((line, index) => {
    const y = MARGIN + (index + 0.75) * LINE_HEIGHT;
    return `<text x="${MARGIN}" y="${y}">${spans(line, index === 0)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="What npm run demo prints">
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: ${COLORS.text}; white-space: pre }
.step { fill: ${COLORS.step}; font-weight: 600 }
.title { font-weight: 600 }
.name { fill: ${COLORS.name} }
</style>
<rect width="100%" height="100%" rx="8" fill="${COLORS.background}"/>
${texts.join('\n')}
</svg>
`;
}

function spans(line: string, isTitle: boolean): string {
  const step = /^(\d+\. )(.*)$/.exec(line);
  if (step !== null) return `${span('step', step[1])}${span('title', step[2])}`;
  const fact = /^( {3}[a-z_-]{1,12} +)(.*)$/.exec(line);
  if (fact !== null) return `${span('name', fact[1])}${escaped(fact[2])}`;
  return isTitle ? span('title', line) : escaped(line);
}

function span(kind: string, text = ''): string {
  return `<tspan class="${kind}">${escaped(text)}</tspan>`;
}

function escaped(text = ''): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
