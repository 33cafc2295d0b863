import { takeOut } from '../../draft/drafts.ts';
import { useEditing } from '../../draft/editing.ts';
import type { Entry } from '../../draft/entry.ts';
import { ConditionEditor } from '../../elements/ConditionEditor.tsx';
import { PeoplePicker } from '../../elements/PeoplePicker.tsx';
import { ChoiceSetting, Help } from '../../elements/Setting.tsx';
import { Owners } from './Owners.tsx';

const path = ['visibility'];

/** Which contacts are in the list, and which of them are not for everybody who gets it. */
export function RulesStep() {
  const { list, read, set, faultsAt } = useEditing();
  const found = read(path);
  const rules: readonly Entry[] = Array.isArray(found) ? found : [];
  return (
    <>
      <ConditionEditor
        path={['where']}
        label="Only contacts that"
        help="Without a condition: all that the source has."
      />
      <h2>Not for everybody</h2>
      <p class="hint">
        A contact that meets a rule goes only to those whom the rule names, as far as they get the list at all.
      </p>
      {rules.map((_rule, index) => (
        <section key={index} class="card">
          <ConditionEditor path={[...path, index, 'when']} label="Contacts that" help="What the rule is about." />
          <PeoplePicker
            label="only for"
            help="Groups and people who may see them."
            required
            groups={[...path, index, 'to', 'groups']}
            mailboxes={[...path, index, 'to', 'mailboxes']}
          />
          <button type="button" onClick={() => takeOut(list, path, index)}>
            Take out this rule
          </button>
        </section>
      ))}
      <button type="button" onClick={() => set(path, [...rules, { when: { field: 'department', exists: true } }])}>
        Add a rule
      </button>
      <Help id="visibility-help" help={undefined} faults={rules.length === 0 ? faultsAt(path) : []} />
      <Owners />
      <ChoiceSetting
        path={['privateContacts']}
        label="Contacts that are marked private at the source"
        options={{ hide: { name: 'Are for nobody' }, share: { name: 'Are like all others' } }}
      />
    </>
  );
}
