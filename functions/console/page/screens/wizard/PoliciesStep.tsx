import { useEditing } from '../../draft/editing.ts';
import { kindOf, sourcesOf } from '../../draft/entry.ts';
import { PeoplePicker } from '../../elements/PeoplePicker.tsx';
import { ChoiceSetting, PercentSetting, SwitchSetting, TextSetting } from '../../elements/Setting.tsx';
import { Rollout } from './Rollout.tsx';

/** What the list does where the source, a user or an admin changes their mind. The first of each is what most want. */
export function PoliciesStep() {
  const { entry } = useEditing();
  const hasPhotos = sourcesOf(entry).some(({ source }) => ['contactFolder', 'directory'].includes(kindOf(source)));
  return (
    <>
      <ChoiceSetting
        path={['userEdits']}
        label="When somebody changes a contact in their mailbox"
        options={[
          { value: 'keep', name: 'It stays theirs', help: 'until the source changes the same field' },
          { value: 'revert', name: 'It is put back', help: 'at the next comparison of the folder' },
        ]}
      />
      <ChoiceSetting
        path={['removals']}
        label="When a contact is gone from the source"
        options={[
          { value: 'delete', name: 'It goes to Deleted Items' },
          { value: 'deleteForGood', name: 'It is deleted for good' },
          { value: 'keep', name: 'It stays' },
        ]}
      />
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
        options={[
          { value: 'leave', name: 'It is left alone', help: 'the list adds its own' },
          {
            value: 'adoptInFolder',
            name: 'One in the list’s folder is taken over',
            help: 'of what another tool filled',
          },
          { value: 'adoptAnywhere', name: 'One in the default folder, too' },
        ]}
      />
      <ChoiceSetting
        path={['whenTargetLeaves']}
        label="When somebody gets the list no longer"
        options={[
          { value: 'cleanUp', name: 'Its contacts are removed from their mailbox' },
          { value: 'leave', name: 'They stay as they are' },
        ]}
      />
      <ChoiceSetting
        path={['choice']}
        label="Who decides whether somebody gets it"
        options={[
          { value: 'none', name: 'You do' },
          { value: 'optOut', name: 'They may switch it off', help: 'under “My contacts”' },
          { value: 'optIn', name: 'They have to switch it on', help: 'under “My contacts”' },
        ]}
      />
      {hasPhotos && (
        <SwitchSetting path={['photos']} label="Photos, too" help="Those of the source, in every mailbox." />
      )}
      <PeoplePicker
        label="Operated by"
        help="Groups whose members may operate this list alone: see its contacts, start runs, decide on holds."
        groups={['operators']}
      />
      <ChoiceSetting
        path={['enabled']}
        label="Is it running?"
        options={[
          { value: true, name: 'Yes' },
          { value: false, name: 'No', help: 'nothing is read, written or cleaned up' },
        ]}
      />
    </>
  );
}
