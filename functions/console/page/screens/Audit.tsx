import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type * as z from 'zod';
import type { AuditView, auditPage } from '../../../../shared/api/audit.ts';
import { type ApiFailure, asFailure, get } from '../api.ts';
import { Empty, FailureNotice, Loading } from '../elements/Notice.tsx';
import { Screen } from '../elements/Screen.tsx';
import { type Column, CsvButton, Table } from '../elements/Table.tsx';
import { Time } from '../elements/Time.tsx';
import { links } from '../links.ts';
import { nameOfList } from '../lists.ts';
import { has } from '../session.ts';
import { inWords } from '../words.ts';

type AuditPage = z.infer<typeof auditPage>;

/** Who decided what, and how it ended. */
export function Audit() {
  const pages = useSignal<readonly AuditPage[]>([]);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const mayRead = has('Operator');
  useEffect(() => {
    if (mayRead) void read();
  }, [mayRead]);
  const decisions = pages.value.flatMap(page => page.decisions);
  const continuation = pages.value.at(-1)?.continuation;
  return (
    <Screen title="Audit" intro="What people and scripts decided here, newest first.">
      {!mayRead && <p class="notice">To see decisions takes the role Operator. Ask an Entra admin for it.</p>}
      {failure.value && <FailureNotice failure={failure.value} retry={() => void read(continuation)} />}
      {mayRead && pages.value.length === 0 && !failure.value && <Loading what="decisions" />}
      {pages.value.length > 0 && decisions.length === 0 && (
        <Empty title={continuation ? 'Nothing was decided lately.' : 'Nothing was decided yet.'}>
          <p>Whoever decides a hold, clears a mailbox or halts a list is noted here.</p>
        </Empty>
      )}
      {decisions.length > 0 && <Table caption="Decisions" columns={columns} rows={decisions} keyOf={keyOf} />}
      <div class="buttons">
        {continuation && (
          <button type="button" onClick={() => void read(continuation)}>
            Look further back
          </button>
        )}
        {decisions.length > 0 && <CsvButton name="audit" columns={columns} readAll={readAll} />}
      </div>
    </Screen>
  );

  async function read(from?: string): Promise<void> {
    try {
      const page = await readPage(from);
      pages.value = from === undefined ? [page] : [...pages.value, page];
      failure.value = undefined;
    } catch (error) {
      failure.value = asFailure(error);
    }
  }
}

function keyOf({ at, action, list, mailbox }: AuditView): string {
  return `${at} ${action} ${list} ${mailbox}`;
}

function readPage(continuation: string | undefined): Promise<AuditPage> {
  return get(continuation === undefined ? 'audit' : `audit?${new URLSearchParams({ continuation })}`);
}

async function readAll(): Promise<AuditView[]> {
  const found: AuditView[] = [];
  let continuation: string | undefined;
  do {
    const page = await readPage(continuation);
    found.push(...page.decisions);
    continuation = page.continuation;
  } while (continuation !== undefined);
  return found;
}

const columns: readonly Column<AuditView>[] = [
  { title: 'When', show: ({ at }) => <Time at={at} />, text: ({ at }) => at },
  { title: 'What', show: ({ action }) => inWords(action), text: ({ action }) => action },
  {
    title: 'List',
    show: ({ list }) => list && <a href={links.list(list)}>{nameOfList(list)}</a>,
    text: ({ list = '' }) => list,
  },
  {
    title: 'Mailbox',
    show: ({ mailbox }) => mailbox && <a href={links.mailbox(mailbox)}>{mailbox.slice(0, 8)}…</a>,
    text: ({ mailbox = '' }) => mailbox,
    isExtra: true,
  },
  {
    title: 'Details',
    show: ({ details }) => tellDetails(details),
    text: ({ details }) => tellDetails(details),
    isExtra: true,
  },
  {
    title: 'By',
    show: ({ by }) =>
      by.kind === 'functionKey' ? 'a function key' : <a href={links.mailbox(by.id)}>{by.id.slice(0, 8)}…</a>,
    text: ({ by }) => (by.kind === 'functionKey' ? 'function key' : by.id),
    isExtra: true,
  },
  { title: 'Result', show: ({ result }) => inWords(result), text: ({ result }) => result },
];

function tellDetails(details: AuditView['details']): string {
  return Object.entries(details)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
