import type { ChoicePolicy } from '../../../../../shared/domain/choice.ts';
import type { Existing } from '../../../../../shared/domain/existingContacts.ts';
import type { UserEdits } from '../../../../../shared/domain/userEdits.ts';
import type { ContactList } from '../../../../../shared/settings/contactList.ts';
import { useEditing } from '../../draft/editing.ts';
import { kindOf, sourcesOf } from '../../draft/entry.ts';
import { PeoplePicker } from '../../elements/PeoplePicker.tsx';
import { ChoiceSetting, type Option, PercentSetting, SwitchSetting, TextSetting } from '../../elements/Setting.tsx';
import { Rollout } from './Rollout.tsx';

type Options<Value extends string> = Readonly<Record<Value, Option>>;

const userEditOptions: Options<UserEdits> = {
  keep: { name: 'It stays theirs', help: 'until the source changes the same field' },
  revert: { name: 'It is put back', help: 'at the next comparison of the folder' },
};

const removalOptions: Options<ContactList['removals']> = {
  delete: { name: 'It goes to Deleted Items' },
  deleteForGood: { name: 'It is deleted for good' },
  keep: { name: 'It stays' },
};

const existingOptions: Options<Existing> = {
  leave: { name: 'It is left alone', help: 'the list adds its own' },
  adoptInFolder: { name: 'One in the list’s folder is taken over', help: 'of what another tool filled' },
  adoptAnywhere: { name: 'One in the default folder, too' },
};

const leavingOptions: Options<ContactList['whenTargetLeaves']> = {
  cleanUp: { name: 'Its contacts are removed from their mailbox' },
  leave: { name: 'They stay as they are' },
};

const choiceOptions: Options<ChoicePolicy> = {
  none: { name: 'You do' },
  optOut: { name: 'They may switch it off', help: 'under “My contacts”' },
  optIn: { name: 'They have to switch it on', help: 'under “My contacts”' },
};

const enabledOptions: Options<'yes' | 'no'> = {
  yes: { name: 'Yes', value: true },
  no: { name: 'No', help: 'nothing is read, written or cleaned up', value: false },
};

/** What the list does where the source, a user or an admin changes their mind. The first of each is what most want. */
export function PoliciesStep() {
  const { entry } = useEditing();
  const hasPhotos = sourcesOf(entry).some(({ source }) => ['contactFolder', 'directory'].includes(kindOf(source)));
  return (
    <>
      <ChoiceSetting
        path={['userEdits']}
        label="When somebody changes a contact in their mailbox"
        options={userEditOptions}
      />
      <ChoiceSetting path={['removals']} label="When a contact is gone from the source" options={removalOptions} />
      <fieldset class="setting">
        <legend>Wait for a decision before removing</legend>
        <div class="ask">
          <PercentSetting
            path={['safeguards', 'maxRemovalShare']}
            label="More than (percent of the contacts)"
            hint="20"
          />
          <TextSetting path={['safeguards', 'maxRemovals']} label="and more than (contacts)" type="number" hint="10" />
        </div>
        <p class="hint">
          More than both at once is held, and somebody asked: a mistake at the source empties no mailbox.
        </p>
      </fieldset>
      <Rollout />
      <ChoiceSetting
        path={['existing']}
        label="When a mailbox has such a contact already, by its e-mail address"
        options={existingOptions}
      />
      <ChoiceSetting
        path={['whenTargetLeaves']}
        label="When somebody gets the list no longer"
        options={leavingOptions}
      />
      <ChoiceSetting path={['choice']} label="Who decides whether somebody gets it" options={choiceOptions} />
      {hasPhotos && (
        <SwitchSetting path={['photos']} label="Photos, too" help="Those of the source, in every mailbox." />
      )}
      <PeoplePicker
        label="Operated by"
        help="Groups whose members may operate this list alone: see its contacts, start runs, decide on holds."
        groups={['operators']}
      />
      <ChoiceSetting path={['enabled']} label="Is it running?" options={enabledOptions} />
    </>
  );
}
