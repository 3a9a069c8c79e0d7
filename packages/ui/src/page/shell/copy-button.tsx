import type { VNode } from 'preact';
import { useState } from 'preact/hooks';

/** How long the button says that it has copied. */
const SAID_MS = 1500;

/** A button that copies a text. It says so, also to screen readers. */
export function CopyButton({
  text,
  label,
}: {
  readonly text: string;
  readonly label: string;
}): VNode {
  const [said, setSaid] = useState('');
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('The browser does not allow it'),
    );
    setTimeout(() => setSaid(''), SAID_MS);
  };
  return (
    <button type="button" class="quiet" onClick={copy}>
      <span aria-live="polite">{said === '' ? label : said}</span>
    </button>
  );
}
