import { PreviewedAction } from './PreviewedAction.tsx';

/** Takes back what a run brought to a list. */
export function RollBackRun({
  list,
  name,
  run,
}: {
  readonly list: string;
  readonly name: string;
  readonly run: string;
}) {
  return (
    <PreviewedAction
      list={list}
      label={`Roll back “${name}” to before this run…`}
      path={`lists/${encodeURIComponent(list)}/rollback`}
      body={{ run }}
      title={`Roll back “${name}”?`}
      consequence="The list becomes what it was before this run: what this run and later ones brought is taken back in every mailbox. What users changed in other fields stays. Its source is not read any more until somebody unpins the list."
      button="Roll the list back"
    />
  );
}

/** Lets a list go on that was rolled back. */
export function Unpin({ list, name }: { readonly list: string; readonly name: string }) {
  return (
    <PreviewedAction
      list={list}
      label="Unpin…"
      path={`lists/${encodeURIComponent(list)}/unpin`}
      body={{}}
      title={`Unpin “${name}”?`}
      consequence="The source is read again, and the list becomes what the source has by now. Mend the source first: this is what it would change."
      button="Unpin the list"
    />
  );
}
