import type { DefinitionView } from '../../../../../shared/api/definition.ts';
import { differencesOf, merge } from '../../draft/differences.ts';
import { begin } from '../../draft/drafts.ts';
import { useEditing } from '../../draft/editing.ts';
import { Differences } from '../../elements/Differences.tsx';
import { FailureNotice, Loading } from '../../elements/Notice.tsx';
import { links } from '../../links.ts';
import { useResource } from '../../resource.ts';

/** Somebody else stored the list first: what they made of it, what this is, and how to go on. */
export function Conflict({ done }: { done(): void }) {
  const { list, draft, entry, text } = useEditing();
  const id = text(['id']);
  const { value, failure, reload } = useResource<DefinitionView>(`lists/${encodeURIComponent(id)}/definition`);
  if (failure) return <FailureNotice failure={failure} retry={reload} />;
  if (!value) return <Loading what="what somebody else made of it" />;
  const theirs = value.definition;
  const version = value.current?.version;
  if (!theirs)
    return (
      <div class="notice warn" role="alert">
        <p>
          <strong>Somebody deleted the list meanwhile.</strong> What you typed is still here.
        </p>
        <button type="button" onClick={() => goOn({ entry, version, before: {} })}>
          Make it again, as it is here
        </button>
      </div>
    );
  const { merged, both } = merge(draft.before, theirs, entry);
  const isNew = draft.version === undefined;
  return (
    <div class="notice warn" role="alert">
      <p>
        <strong>{isNew ? 'There is a list with this id already.' : 'Somebody else changed the list meanwhile.'}</strong>{' '}
        Nothing of yours was stored, and it is still here.
      </p>
      {!isNew && (
        <>
          <h3>What they changed</h3>
          <Differences
            caption="What they changed"
            differences={differencesOf(draft.before, theirs)}
            before="When you began"
            after={`Version ${version}, theirs`}
          />
        </>
      )}
      <h3>{isNew ? 'How yours is otherwise' : 'What you changed'}</h3>
      <Differences
        caption="What you changed"
        differences={differencesOf(isNew ? theirs : draft.before, entry)}
        before={isNew ? `Version ${version} of that list` : 'When you began'}
        after="Yours"
      />
      {both.length > 0 && !isNew && (
        <p>Both of you changed {both.map(path => path.join('.')).join(', ')}: with “both” yours counts there.</p>
      )}
      <div class="buttons">
        {isNew ? (
          <p>
            <a href={links.edit(list, 'source')}>Give yours another name or id</a>, or edit that list instead.
          </p>
        ) : (
          <button type="button" class="main" onClick={() => goOn({ entry: merged, version, before: theirs })}>
            Both: mine on top of theirs
          </button>
        )}
        <button type="button" onClick={() => goOn({ entry: theirs, version, before: theirs })}>
          {isNew ? 'Edit that list, and drop mine' : 'Theirs: drop mine'}
        </button>
      </div>
    </div>
  );

  function goOn(next: Parameters<typeof begin>[1]): void {
    begin(list, next);
    done();
  }
}
