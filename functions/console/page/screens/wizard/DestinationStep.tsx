import { useEditing } from '../../draft/editing.ts';
import { Help, TextSetting } from '../../elements/Setting.tsx';

const folder = ['destination', 'folder'];
const category = ['destination', 'category'];

export function DestinationStep() {
  const { read } = useEditing();
  return (
    <>
      {isByLanguage(read(folder)) ? (
        <ByLanguage what="folder" />
      ) : (
        <TextSetting
          path={folder}
          label="Folder"
          required
          hint="Company Contacts"
          help={
            <>
              The contact folder that each mailbox gets. <code>contacts</code> is the default folder, the only one that
              Outlook on a phone hands on to the phone’s own contacts.
            </>
          }
        />
      )}
      {isByLanguage(read(category)) ? <ByLanguage what="category" /> : <Category />}
    </>
  );
}

function Category() {
  const { read, set } = useEditing();
  const isOff = read(category) === null;
  return (
    <>
      <label class="option">
        <input
          type="checkbox"
          checked={!isOff}
          onChange={event => set(category, event.currentTarget.checked ? undefined : null)}
        />
        <span>Mark each contact with a category</span>
      </label>
      {!isOff && (
        <TextSetting
          path={category}
          label="Category"
          hint={String(read(folder) ?? '')}
          help="Tells these contacts apart in Outlook; called as the folder unless you say otherwise."
        />
      )}
    </>
  );
}

function ByLanguage({ what }: { readonly what: string }) {
  const { faultsAt } = useEditing();
  return (
    <div class="setting">
      <p>The {what} is called by the language of each mailbox: see “All settings”.</p>
      <Help id={`by-language-${what}`} help={undefined} faults={faultsAt(['destination', what])} />
    </div>
  );
}

function isByLanguage(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
