import type { VNode } from 'preact';

interface FactTableProps {
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** Names and values under a title. It shows nothing without facts. */
export function FactTable({ title, facts }: FactTableProps): VNode | null {
  if (facts.length === 0) return null;
  return (
    <section class="fact">
      <h2>
        {title} <small>{facts.length}</small>
      </h2>
      <div class="scroll">
        <table>
          <tbody>
            {facts.map(([name, value]) => (
              <tr key={name}>
                <th scope="row" title={name}>
                  {name}
                </th>
                <td title={value}>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
