import type { VNode } from 'preact';
import { printAddress } from '../address/address.ts';

/** The view of an address that names nothing. */
export function NotFound(): VNode {
  return (
    <section class="empty">
      <h1>There is no such view</h1>
      <p>The address names nothing that this page shows.</p>
      <p>
        <a href={printAddress([])}>Show the experiments</a>
      </p>
    </section>
  );
}
