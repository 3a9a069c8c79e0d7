import { isTidemarkError } from '@tidemark/core';
import type { VNode } from 'preact';

/** Tells why something could not be read. */
export function Problem({ error }: { readonly error: unknown }): VNode {
  const text = error instanceof Error ? error.message : String(error);
  return (
    <p class="problem" role="alert">
      {text} {isTidemarkError(error) && <code>{error.code}</code>}
    </p>
  );
}
