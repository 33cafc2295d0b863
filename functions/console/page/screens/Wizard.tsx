import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { DefinitionView } from '../../../../shared/api/definition.ts';
import type { OpenSources } from '../../../../shared/api/sources.ts';
import { beyondStep } from '../draft/beyond.ts';
import { begin, draftOf, forget, isChanged, newList } from '../draft/drafts.ts';
import { EditedList } from '../draft/editing.ts';
import { textAt } from '../draft/entry.ts';
import { joinFaults, type Step, stepFor, steps } from '../draft/faults.ts';
import { faultsInNumbers } from '../draft/numbers.ts';
import { useMissing } from '../draft/useMissing.ts';
import { Action } from '../elements/Action.tsx';
import { FailureNotice, Loading } from '../elements/Notice.tsx';
import { Screen } from '../elements/Screen.tsx';
import { links } from '../links.ts';
import { go } from '../location.ts';
import { useResource } from '../resource.ts';
import { has } from '../session.ts';
import { AllSettings } from './wizard/AllSettings.tsx';
import { DestinationStep } from './wizard/DestinationStep.tsx';
import { FieldsStep } from './wizard/FieldsStep.tsx';
import { PoliciesStep } from './wizard/PoliciesStep.tsx';
import { RulesStep } from './wizard/RulesStep.tsx';
import { SaveStep } from './wizard/SaveStep.tsx';
import { SourceStep } from './wizard/SourceStep.tsx';
import { TargetsStep } from './wizard/TargetsStep.tsx';

interface WizardProps {
  /** Of a list that is stored; undefined for a new one. */
  readonly id: string | undefined;
  readonly step: string | undefined;
}

/** Makes a list, or changes one, step by step. What is typed stays until it is stored or thrown away. */
export function Wizard({ id = newList, step }: WizardProps) {
  const mayEdit = has('Admin');
  const sources = useResource<OpenSources>(mayEdit ? 'sources' : undefined);
  const stored = useResource<DefinitionView>(
    mayEdit && id !== newList ? `lists/${encodeURIComponent(id)}/definition` : undefined,
  );
  const draft = draftOf(id);
  const shown = steps.find(each => each === step) ?? 'source';
  useEffect(() => {
    if (draftOf(id)) return;
    if (id === newList) {
      if (sources.value) begin(id, beginNew(sources.value));
    } else if (stored.value?.definedIn === 'console' && stored.value.definition && stored.value.current) {
      const { definition, current } = stored.value;
      begin(id, { entry: definition, version: current.version, before: definition });
    }
  }, [id, sources.value, stored.value]);
  const above = id === newList ? { name: 'Lists', href: links.lists } : { name: id, href: links.list(id, 'settings') };
  // Not as it is typed: the heading gets the focus whenever it is another.
  const name = textAt(draft?.before ?? {}, ['name']) || id || 'New list';
  const failure = sources.failure ?? stored.failure;
  if (!mayEdit)
    return (
      <Screen title={name} above={above}>
        <p class="notice">To make and change lists takes the role Admin. Ask an Entra admin for it.</p>
      </Screen>
    );
  if (stored.value && stored.value.definedIn !== 'console' && !draft)
    return (
      <Screen title={name} above={above}>
        <p class="notice">
          {stored.value.definedIn === 'code'
            ? 'The list is in code: whoever deploys the app changes it there.'
            : 'Somebody deleted the list.'}{' '}
          <a href={links.list(id, 'settings')}>Look at its versions</a>
        </p>
      </Screen>
    );
  if (!draft || !sources.value)
    return (
      <Screen title={name} above={above}>
        {failure ? <FailureNotice failure={failure} retry={reload} /> : <Loading what="what there is to choose from" />}
      </Screen>
    );
  return (
    <EditedList.Provider value={id}>
      <Screen title={`${name}: ${titles[shown].toLowerCase()}`} above={above}>
        <Steps id={id} shown={shown} />
        <CurrentStep step={shown} open={sources.value} />
        <Beyond id={id} names={beyondStep(shown, draft.entry)} />
        <Onwards id={id} shown={shown} />
      </Screen>
    </EditedList.Provider>
  );

  function reload(): void {
    sources.reload();
    stored.reload();
  }
}

const titles: Readonly<Record<Step, string>> = {
  source: 'Name and source',
  targets: 'Who gets it',
  destination: 'Where it goes',
  fields: 'Fields',
  rules: 'Rules',
  policies: 'Policies',
  all: 'All settings',
  save: 'Preview and save',
};

function beginNew({ mailboxes }: OpenSources) {
  const [only, ...others] = mailboxes;
  const mailbox = others.length === 0 && only !== undefined ? { mailbox: only } : {};
  const entry = { id: '', name: '', source: { kind: 'contactFolder', ...mailbox } };
  return { entry, version: undefined, before: entry };
}

function Steps({ id, shown }: { readonly id: string; readonly shown: Step }) {
  const draft = draftOf(id);
  const faults = draft ? joinFaults(draft.faults, faultsInNumbers(draft.entry)) : [];
  return (
    <nav class="tabs" aria-label="Steps">
      {steps.map(step => {
        const size = faults.filter(fault => stepFor(fault) === step).length;
        return (
          <a key={step} href={links.edit(id, step)} aria-current={step === shown ? 'step' : undefined}>
            {titles[step]}
            {size > 0 && (
              <span class="number-badge">
                {size}
                <span class="unseen"> to mend</span>
              </span>
            )}
          </a>
        );
      })}
    </nav>
  );
}

function CurrentStep({ step, open }: { readonly step: Step; readonly open: OpenSources }) {
  switch (step) {
    case 'source':
      return <SourceStep open={open} />;
    case 'targets':
      return <TargetsStep />;
    case 'destination':
      return <DestinationStep />;
    case 'all':
      return <AllSettings />;
    case 'save':
      return <SaveStep />;
    case 'fields':
      return <FieldsStep />;
    case 'rules':
      return <RulesStep />;
    case 'policies':
      return <PoliciesStep />;
  }
}

function Beyond({ id, names }: { readonly id: string; readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <p class="hint">
      The list also has <code>{names.join(', ')}</code>: more in <a href={links.edit(id, 'all')}>All settings</a>.
    </p>
  );
}

/** The next step, the shortest way to the end, and the way out. */
function Onwards({ id, shown }: { readonly id: string; readonly shown: Step }) {
  const next = steps[steps.indexOf(shown) + 1];
  const wayOut = id === newList ? links.lists : links.list(id, 'settings');
  const draft = draftOf(id);
  const stoppedAt = useSignal<Step | undefined>(undefined);
  const missing = useMissing(id).filter(({ step }) => step === shown);
  return (
    <>
      {stoppedAt.value === shown && missing.length > 0 && (
        <div class="notice warn" role="alert">
          <p>Before the next step:</p>
          <ul>
            {missing.map(({ what }) => (
              <li key={what}>{what}</li>
            ))}
          </ul>
        </div>
      )}
      <div class="buttons onwards">
        {next && next !== 'save' && next !== 'all' && (
          <a class="button main" href={links.edit(id, next)} onClick={stopForWhatIsMissing}>
            Next: {titles[next].toLowerCase()}
          </a>
        )}
        {shown !== 'save' && (
          <a class={`button ${next === 'save' || next === 'all' ? 'main' : ''}`} href={links.edit(id, 'save')}>
            Preview and save
          </a>
        )}
        {draft && isChanged(draft) ? (
          <ThrowAway id={id} wayOut={wayOut} />
        ) : (
          <a class="button" href={wayOut} onClick={() => forget(id)}>
            Cancel
          </a>
        )}
      </div>
    </>
  );

  function stopForWhatIsMissing(event: Event): void {
    if (missing.length === 0) return;
    event.preventDefault();
    stoppedAt.value = shown;
  }
}

/** There is no way back from it, so it is asked first. */
function ThrowAway({ id, wayOut }: { readonly id: string; readonly wayOut: string }) {
  return (
    <Action
      label="Throw away what I typed"
      needs="Admin"
      tone="danger"
      confirm={{
        title: 'Throw away what you typed?',
        text:
          id === newList
            ? 'The list that you began is gone then. It cannot be brought back.'
            : 'What you changed is gone then, and cannot be brought back. The list stays as it is stored.',
        button: 'Throw it away',
      }}
      run={async () => {
        forget(id);
        go(wayOut);
        return undefined;
      }}
    />
  );
}
