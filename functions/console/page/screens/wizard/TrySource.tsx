import type * as z from 'zod';
import type { connectionTest } from '../../../../../shared/api/connectionTest.ts';
import type { TriedContacts } from '../../../../../shared/api/try.ts';
import { useEditing } from '../../draft/editing.ts';
import { inOneLine } from '../../draft/inOneLine.ts';
import { missingInSources } from '../../draft/missing.ts';
import { isOfStandIn, probeOf, testedEntryOf } from '../../draft/probe.ts';
import { useTried } from '../../draft/tried.ts';
import { ConnectionSteps } from '../../elements/ConnectionSteps.tsx';
import { FailureNotice } from '../../elements/Notice.tsx';
import { Problems } from '../../elements/Problems.tsx';
import { type Column, Table } from '../../elements/Table.tsx';
import { countOf } from '../../words.ts';

type Test = z.infer<typeof connectionTest>;
type Row = TriedContacts['contacts'][number];

/** What the source holds, and whether it can be reached, before anything is stored. */
export function TrySource() {
  const { entry } = useEditing();
  const contacts = useTried<TriedContacts>();
  const test = useTried<Test>();
  const definition = probeOf(entry);
  const tested = testedEntryOf(entry);
  const isMissing = missingInSources(entry).length > 0;
  const steps = (test.answer?.steps ?? []).filter(({ name }) => !isOfStandIn(name, entry));
  return (
    <section>
      <h2>Does it read what you mean?</h2>
      <div class="buttons">
        <button
          type="button"
          disabled={contacts.busy || isMissing}
          onClick={() => contacts.ask({ show: 'contacts', definition })}
        >
          {contacts.busy ? 'Reading…' : 'Show the first contacts'}
        </button>
        <button
          type="button"
          disabled={test.busy || missingInSources(tested).length > 0}
          onClick={() => test.ask({ show: 'connection', definition: tested })}
        >
          {test.busy ? 'Testing…' : 'Test the connection'}
        </button>
      </div>
      {contacts.failure && <FailureNotice failure={contacts.failure} />}
      {contacts.answer && <FirstContacts {...contacts.answer} />}
      {test.failure && <FailureNotice failure={test.failure} />}
      {test.answer && <ConnectionSteps steps={steps} />}
    </section>
  );
}

function FirstContacts({ contacts, total, problems }: TriedContacts) {
  return (
    <>
      <p role="status">
        {total > 0 || problems.length === 0 ? countOf(total, 'contact', 'contacts') : 'Nothing was read'}
        {total > contacts.length && `, of which these are the first ${contacts.length}`}.
      </p>
      <Problems list={undefined} problems={problems} />
      {contacts.length > 0 && (
        <Table caption="First contacts" columns={columns} rows={contacts} keyOf={({ sourceKey }) => sourceKey} />
      )}
    </>
  );
}

const columns: readonly Column<Row>[] = [
  { title: 'Name', show: ({ source }) => inOneLine(source.displayName) },
  { title: 'Company', show: ({ source }) => inOneLine(source.companyName), isExtra: true },
  { title: 'E-mail', show: ({ source }) => inOneLine(source.emailAddresses) },
  {
    title: 'Phones',
    show: ({ source }) => inOneLine([source.businessPhones, source.mobilePhone, source.homePhones]),
    isExtra: true,
  },
];
