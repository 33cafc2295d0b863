import type * as z from 'zod';
import type { AuditView, auditPage } from '../../../../shared/api/audit.ts';
import { get } from '../api.ts';
import { actions, nameOfAction, tellDetails } from '../decisions.ts';
import { By } from '../elements/By.tsx';
import { Empty } from '../elements/Notice.tsx';
import { PagedTable } from '../elements/PagedTable.tsx';
import { Screen } from '../elements/Screen.tsx';
import type { Column } from '../elements/Table.tsx';
import { Time } from '../elements/Time.tsx';
import { links } from '../links.ts';
import { namedLists, nameOfList } from '../lists.ts';
import { go } from '../location.ts';
import { has } from '../session.ts';
import { capitalise } from '../words.ts';

type AuditPage = z.infer<typeof auditPage>;

interface AuditProps {
  readonly list: string | undefined;
  readonly action: string | undefined;
}

/** Who decided what, and how it ended. */
export function Audit({ list, action }: AuditProps) {
  const asked = { ...(list && { list }), ...(action && { action }) };
  const question = new URLSearchParams(asked).toString();
  return (
    <Screen title="Audit" intro="What people and scripts decided here, newest first.">
      {has('Operator') ? (
        <>
          <div class="ask">
            <Filter
              label="About"
              all="every list"
              value={list}
              options={namedLists.value.map(({ id, name }) => [id, name])}
              change={chosen => go(links.audit({ ...asked, list: chosen }))}
            />
            <Filter
              label="What"
              all="every decision"
              value={action}
              options={Object.entries(actions)}
              change={chosen => go(links.audit({ ...asked, action: chosen }))}
            />
          </div>
          <PagedTable
            caption="Decisions"
            file="audit"
            columns={columns}
            question={question}
            read={continuation => readPage({ ...asked, ...(continuation && { continuation }) })}
            rowsOf={({ decisions }: AuditPage) => decisions}
            keyOf={keyOf}
            empty={hasMore => <NoDecisions isLately={hasMore} isAll={question === ''} />}
          />
        </>
      ) : (
        <p class="notice">To see decisions takes the role Operator. Ask an Entra admin for it.</p>
      )}
    </Screen>
  );
}

interface FilterProps {
  readonly label: string;
  /** What none of the options means. */
  readonly all: string;
  readonly value: string | undefined;
  readonly options: readonly (readonly [value: string, name: string])[];
  change(value: string): void;
}

/** One that the address names and that is not known any more is shown as it is. */
function Filter({ label, all, value = '', options, change }: FilterProps) {
  const known = value === '' || options.some(([each]) => each === value) ? options : [[value, value], ...options];
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={event => change(event.currentTarget.value)}>
        <option value="">{all}</option>
        {known.map(([each, name]) => (
          <option key={each} value={each} selected={each === value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function NoDecisions({ isLately, isAll }: { readonly isLately: boolean; readonly isAll: boolean }) {
  return (
    <Empty title={`Nothing ${isAll ? '' : 'of that kind '}was decided ${isLately ? 'in the last month' : 'yet'}.`}>
      <p>Whoever decides a hold, clears a mailbox or halts a list is noted here.</p>
    </Empty>
  );
}

function keyOf({ at, action, list, mailbox }: AuditView): string {
  return `${at} ${action} ${list} ${mailbox}`;
}

function readPage(asked: Readonly<Record<string, string>>): Promise<AuditPage> {
  return get(`audit?${new URLSearchParams(asked)}`);
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
