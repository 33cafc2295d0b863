import { type Audience, everybody, identityIn, keepUnassigned, withIdentity } from '../../domain/audience.ts';
import { countOf } from '../../domain/countOf.ts';
import { nameSetting } from '../../settings/namedSetting.ts';
import type { Problem } from '../../store/progress.ts';
import type { GroupReading } from './readGroups.ts';
import { identityOf, type TargetName } from './targetNames.ts';

/** Everything by which a contact may name a mailbox as its owner; undefined while its addresses could not be read. */
export type Identities = (mailboxId: string) => readonly string[] | undefined;

export function identitiesBy(
  groups: readonly GroupReading[],
  named: ReadonlyMap<string, readonly string[]>,
): Identities {
  const addresses = new Map(
    groups.flatMap(({ members = [] }) => members.map(({ id, addresses: all }) => [id, all] as const)),
  );
  return id => {
    const own = addresses.get(id);
    return own ? identityOf(id, own) : named.get(id);
  };
}

/** Where contacts name owners. Nobody loses theirs because addresses could not be read. */
export function identified(
  audienceOf: (mailboxId: string) => Audience,
  identify: Identities,
  unassigned: ReadonlySet<string>,
): (mailboxId: string, before?: Audience) => Audience {
  return (mailboxId, before = everybody) => {
    const audience = withIdentity(audienceOf(mailboxId), identify(mailboxId) ?? identityIn(before));
    return unassigned.has(mailboxId) ? keepUnassigned(audience, before) : audience;
  };
}

/** What an admin has to know of the mailboxes that contacts may name, and of those that get what names none of them. */
export function findOwnerProblems(
  mailboxes: ReadonlySet<string>,
  identify: Identities,
  unassigned: readonly (readonly [TargetName, string | undefined])[],
): Problem[] {
  const outside = unassigned.flatMap(([{ setting, name }, id]) =>
    id === undefined || mailboxes.has(id) ? [] : [{ setting, name }],
  );
  const unread = [...mailboxes].filter(id => !identify(id)).length;
  return [
    ...outside.map(({ setting, name }) => ({
      code: 'UnassignedNotATarget',
      detail: `${setting} is no target of the list, and gets nothing of it: add it to targets.mailboxes`,
      setting: nameSetting(setting, name),
    })),
    ...(unread > 0 ? [describeUnread(unread)] : []),
  ];
}

function describeUnread(mailboxes: number): Problem {
  return {
    code: 'OwnersUnknown',
    detail: `The addresses of ${countOf(mailboxes, 'target mailbox', 'target mailboxes')} could not be read, so that contacts which name them as owners by an address cannot be told: grant the app User.Read.All. Until then they keep what they have`,
  };
}
