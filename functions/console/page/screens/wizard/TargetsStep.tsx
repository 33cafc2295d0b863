import { PeoplePicker } from '../../elements/PeoplePicker.tsx';
import { SwitchSetting } from '../../elements/Setting.tsx';

export function TargetsStep() {
  return (
    <>
      <PeoplePicker
        label="Who gets it?"
        required
        help="Whose mailboxes get the contacts. A group stands for its members, those of groups in it too; who joins later gets it by itself."
        groups={['targets', 'groups']}
        mailboxes={['targets', 'mailboxes']}
      />
      <PeoplePicker
        label="Except"
        help="Who gets nothing of it, although a group above names them."
        groups={['targets', 'exclude', 'groups']}
        mailboxes={['targets', 'exclude', 'mailboxes']}
      />
      <SwitchSetting
        path={['targets', 'includeDisabled']}
        label="Also accounts that are disabled"
        help="As those of shared mailboxes are. Otherwise such members of a group are skipped."
      />
    </>
  );
}
