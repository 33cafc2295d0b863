import type { Choice } from '../../domain/choice.ts';
import type { ContactList } from '../../settings/contactList.ts';
import { clearMailbox, requestResync } from '../fan-out/index.ts';
import type { Services } from '../services.ts';
import { mayChoose } from './ownLists.ts';

/** `notOffered`: the person neither gets the list nor may choose it. `notTheirs`: the list leaves nothing to them. */
export type ChoiceRefusal = 'notOffered' | 'notTheirs';

export type ChooseServices = Pick<
  Services,
  'clock' | 'newId' | 'openListPartition' | 'progress' | 'runs' | 'captureQueue' | 'priorityQueue' | 'choices'
>;

/** Notes what the person decided, and has it done at once. Resolves with what is in the way, if anything is. */
export async function choose(
  list: ContactList,
  mailboxId: string,
  choice: Choice,
  services: ChooseServices,
): Promise<ChoiceRefusal | undefined> {
  const refusal = await findRefusal(list, mailboxId, services);
  if (refusal) return refusal;
  await services.choices.write(list.id, mailboxId, choice, services.clock.now());
  await requestResync([list], mailboxId, 'incremental', services);
  return undefined;
}

/** Switches the list off, and has removed what it wrote, whatever becomes of those who leave it. */
export async function clearOwn(
  list: ContactList,
  mailboxId: string,
  services: ChooseServices,
): Promise<ChoiceRefusal | undefined> {
  const refusal = await findRefusal(list, mailboxId, services);
  if (refusal) return refusal;
  await services.choices.write(list.id, mailboxId, 'off', services.clock.now());
  await clearMailbox(list, mailboxId, services);
  return undefined;
}

/** Who left the list with its contacts may have them removed all the same. */
async function findRefusal(
  list: ContactList,
  mailboxId: string,
  services: ChooseServices,
): Promise<ChoiceRefusal | undefined> {
  const row = await services.progress.read(list.id, mailboxId);
  if (!row && !(await mayChoose(list, mailboxId, services))) return 'notOffered';
  return list.choice === 'none' ? 'notTheirs' : undefined;
}
