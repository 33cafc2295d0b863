import type { Difference } from '../draft/differences.ts';
import { type Column, Table } from './Table.tsx';

interface DifferencesProps {
  readonly caption: string;
  readonly differences: readonly Difference[];
  /** What the two sides are. */
  readonly before: string;
  readonly after: string;
}

/** Two definitions of a list beside each other, setting by setting. */
export function Differences({ caption, differences, before, after }: DifferencesProps) {
  if (differences.length === 0) return <p>No setting is another.</p>;
  return (
    <Table
      caption={caption}
      columns={
        [
          { title: 'Setting', show: ({ path }) => <code>{path.join('.')}</code> },
          { title: before, show: ({ before: value }) => <Value value={value} mark="del" /> },
          { title: after, show: ({ after: value }) => <Value value={value} mark="ins" /> },
        ] satisfies Column<Difference>[]
      }
      rows={differences}
      keyOf={({ path }) => path.join('.')}
    />
  );
}

function Value({ value, mark: Mark }: { readonly value: unknown; readonly mark: 'del' | 'ins' }) {
  if (value === undefined) return <span class="hint">not set</span>;
  return <Mark>{typeof value === 'string' ? value : JSON.stringify(value)}</Mark>;
}
