import { replace } from '../../draft/drafts.ts';
import { useEditing } from '../../draft/editing.ts';
import { ownerFields } from '../../draft/fields.ts';
import { PeoplePicker } from '../../elements/PeoplePicker.tsx';
import { Select, SwitchSetting, TextSetting } from '../../elements/Setting.tsx';

const path = ['owners'];
const from = [...path, 'from'];
const column = 'owners';

/** Contacts that say themselves whose they are. */
export function Owners() {
  const { list, read, set, faultsAt } = useEditing();
  const isOn = read(path) !== undefined;
  const where = read(from) ?? column;
  const isCategory = typeof where === 'object';
  return (
    <fieldset class="setting">
      <legend>Owners</legend>
      <label class="option">
        <input
          type="checkbox"
          checked={isOn}
          onChange={event => replace(list, path, event.currentTarget.checked ? { from: column } : undefined)}
        />
        <span>
          Contacts name their owners, and go to those alone{' '}
          <span class="hint">such as an account manager’s customers</span>
        </span>
      </label>
      {isOn && (
        <>
          <Select
            label="Where does a contact name them?"
            value={isCategory ? 'category' : String(where)}
            options={[
              { value: column, name: 'In the column that fills “Owners” (a file, a database)' },
              { value: 'category', name: 'In categories that begin with a certain word' },
              ...ownerFields.map(({ value, name }) => ({ value, name: `In the field “${name}”` })),
            ]}
            faults={faultsAt(from)}
            help="By address, several with commas between."
            change={chosen => set(from, chosen === 'category' ? { category: 'Owner: ' } : chosen)}
          />
          {isCategory && (
            <TextSetting
              path={[...from, 'category']}
              label="Such categories begin with"
              required
              hint="Owner: "
              change={text => set(from, { category: text })}
            />
          )}
          <PeoplePicker
            label="Where no owner gets the list, it goes to"
            help="People who get the list, and look after such contacts."
            mailboxes={[...path, 'unassigned']}
          />
          <SwitchSetting
            path={[...path, 'ownersOnly']}
            label="Contacts that name no owner go there alone"
            help="Otherwise everybody who gets the list gets them."
          />
        </>
      )}
    </fieldset>
  );
}
