import type * as z from 'zod';
import type { AuditView, auditPage } from '../../../../shared/api/audit.ts';
import { get } from '../api.ts';
import { nameOfAction, tellDetails } from '../decisions.ts';
import { By } from '../elements/By.tsx';
import { Empty } from '../elements/Notice.tsx';
import { PagedTable } from '../elements/PagedTable.tsx';
import { Screen } from '../elements/Screen.tsx';
import type { Column } from '../elements/Table.tsx';
import { Time } from '../elements/Time.tsx';
import { links } from '../links.ts';
import { nameOfList } from '../lists.ts';
import { has } from '../session.ts';
import { capitalise } from '../words.ts';

type AuditPage = z.infer<typeof auditPage>;

/** Who decided what, and how it ended. */
export function Audit() {
  return (
    <Screen title="Audit" intro="What people and scripts decided here, newest first.">
      {has('Operator') ? (
        <PagedTable
          caption="Decisions"
          file="audit"
          columns={columns}
          question=""
          read={readPage}
          rowsOf={({ decisions }: AuditPage) => decisions}
          keyOf={keyOf}
          empty={hasMore => <NoDecisions isLately={hasMore} />}
        />
      ) : (
        <p class="notice">To see decisions takes the role Operator. Ask an Entra admin for it.</p>
      )}
    </Screen>
  );
}

function NoDecisions({ isLately }: { readonly isLately: boolean }) {
  return (
    <Empty title={isLately ? 'Nothing was decided lately.' : 'Nothing was decided yet.'}>
      <p>Whoever decides a hold, clears a mailbox or halts a list is noted here.</p>
    </Empty>
  );
}

function keyOf({ at, action, list, mailbox }: AuditView): string {
  return `${at} ${action} ${list} ${mailbox}`;
}

function readPage(continuation: string | undefined): Promise<AuditPage> {
  return get(continuation === undefined ? 'audit' : `audit?${new URLSearchParams({ continuation })}`);
}

const columns: readonly Column<AuditView>[] = [
  { title: 'When', show: ({ at }) => <Time at={at} />, text: ({ at }) => at },
  { title: 'What', show: ({ action }) => nameOfAction(action), text: ({ action }) => action },
  {
    title: 'List',
    show: ({ list }) => list && <a href={links.list(list)}>{nameOfList(list)}</a>,
    text: ({ list = '' }) => list,
  },
  {
    title: 'Mailbox',
    show: ({ mailbox }) => mailbox && <By by={{ kind: 'person', id: mailbox }} />,
    text: ({ mailbox = '' }) => mailbox,
  },
  {
    title: 'Details',
    show: ({ details }) => <Details details={details} />,
    text: ({ details }) =>
      Object.entries(details)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
  },
  {
    title: 'By',
    show: ({ by }) => <By by={by} />,
    text: ({ by }) => (by.kind === 'functionKey' ? 'function key' : by.id),
  },
  { title: 'Result', show: ({ result }) => capitalise(result), text: ({ result }) => result },
];

/** With the run that was named, as to be rolled back. */
function Details({ details }: Pick<AuditView, 'details'>) {
  const { run } = details;
  if (run === undefined) return <>{tellDetails(details)}</>;
  return <a href={links.run(String(run))}>to before this run</a>;
}
