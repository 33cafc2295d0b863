import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { TriedContacts } from '../../../../../shared/api/try.ts';
import { useEditing } from '../../draft/editing.ts';
import { type Entry, textAt } from '../../draft/entry.ts';
import { sourceFields, targetFields } from '../../draft/fields.ts';
import { inOneLine } from '../../draft/inOneLine.ts';
import { missingInSources } from '../../draft/missing.ts';
import { probeOf } from '../../draft/probe.ts';
import { useTried } from '../../draft/tried.ts';
import { FailureNotice } from '../../elements/Notice.tsx';
import { Help, Select, TextSetting } from '../../elements/Setting.tsx';
import { type Column, Table } from '../../elements/Table.tsx';
import { inWords } from '../../words.ts';
import { Defaults } from './Defaults.tsx';
import { Faults } from './Faults.tsx';
import { WhatIsMissing } from './WhatIsMissing.tsx';

/** Of a change until the source is read again for the example. */
const pause = 800;

type Example = TriedContacts['contacts'][number];

/** How fields are filled, with a contact of the source beside it as it would be written. */
export function FieldsStep() {
  const { read, set } = useEditing();
  const rules = (read(['mapping']) ?? {}) as Entry;
  const { missing, contacts, failure, isRefused, busy } = useExamples();
  const chosen = useSignal(0);
  const example = contacts[Math.min(chosen.value, contacts.length - 1)];
  return (
    <>
      <p>
        Each field is taken as the source has it. Name only those that are to be otherwise: filled from another field,
        put together, or left to the user.
      </p>
      {Object.keys(rules).map(field => (
        <Rule key={field} field={field} example={example} />
      ))}
      <Select
        label="Another field"
        value=""
        options={[{ value: '', name: 'Choose one' }, ...targetFields.filter(({ value }) => !(value in rules))]}
        change={field => field && set(['mapping', field], { template: `{{${field}}}` })}
      />
      <Defaults />
      <Phones />
      <h2>Example</h2>
      {failure && <FailureNotice failure={failure} />}
      {isRefused && <Faults before="There is an example once this is mended:" />}
      {busy && <p class="loading">Reading the source…</p>}
      {contacts.length > 1 && (
        <Select
          label="Contact"
          value={String(chosen.value)}
          options={contacts.map(({ source }, index) => ({
            value: String(index),
            name: inOneLine(source.displayName) || 'without a name',
          }))}
          change={index => {
            chosen.value = Number(index);
          }}
        />
      )}
      {example && <Table caption="Example" columns={columns} rows={rowsOf(example)} keyOf={({ field }) => field} />}
      <WhatIsMissing before="To see an example:" missing={missing} />
      {!example && !busy && !failure && !isRefused && missing.length === 0 && (
        <p class="hint">The source has no contact to show.</p>
      )}
    </>
  );
}

type Way = 'template' | 'field' | 'leave';

function Rule({ field, example }: { readonly field: string; readonly example: Example | undefined }) {
  const { read, set, entry, faultsAt } = useEditing();
  const path = ['mapping', field];
  const rule = read(path);
  const way: Way = rule === null ? 'leave' : typeof rule === 'string' ? 'field' : 'template';
  return (
    <fieldset class="setting">
      <legend>{inWords(field)}</legend>
      <div class="line">
        <select
          aria-label={`${inWords(field)}: how`}
          value={way}
          onChange={event => set(path, ruleFor(event.currentTarget.value as Way, field))}
        >
          <option value="template">put together</option>
          <option value="field">from another field</option>
          <option value="leave">left to the user</option>
        </select>
        {way === 'field' && (
          <select
            aria-label={`${inWords(field)}: from`}
            value={String(rule)}
            onChange={event => set(path, event.currentTarget.value)}
          >
            {sourceFields.map(({ value, name }) => (
              <option key={value} value={value} selected={value === rule}>
                {name}
              </option>
            ))}
          </select>
        )}
        {way === 'template' && (
          <input
            aria-label={`${inWords(field)}: text with fields in double braces`}
            value={textAt(entry, [...path, 'template'])}
            spellcheck={false}
            onInput={event => set([...path, 'template'], event.currentTarget.value)}
          />
        )}
        <button
          type="button"
          aria-label={`${inWords(field)}: as the source has it`}
          onClick={() => set(path, undefined)}
        >
          ×
        </button>
      </div>
      <Help
        id={`mapping-${field}`}
        help={
          way === 'template' ? (
            <>
              Such as <code>{'{{surname}}, {{givenName}} ({{department}})'}</code>
              {example && <> · here: {inOneLine(example.written[field]) || 'empty'}</>}
            </>
          ) : way === 'field' && example ? (
            `here: ${inOneLine(example.written[field]) || 'empty'}`
          ) : undefined
        }
        faults={faultsAt(path)}
      />
    </fieldset>
  );
}

function ruleFor(way: Way, field: string): unknown {
  if (way === 'leave') return null;
  return way === 'field' ? field : { template: `{{${field}}}` };
}

function Phones() {
  const { text, set, faultsAt } = useEditing();
  const format = text(['phones', 'format']) || 'keep';
  return (
    <>
      <Select
        label="Phone numbers"
        value={format}
        options={[
          { value: 'keep', name: 'As the source has them' },
          { value: 'international', name: 'International: +49 30 123456' },
          { value: 'e164', name: 'Without spaces: +4930123456' },
        ]}
        faults={faultsAt(['phones', 'format'])}
        change={chosen => set(['phones', 'format'], chosen === 'keep' ? undefined : chosen)}
      />
      {format !== 'keep' && (
        <TextSetting
          path={['phones', 'region']}
          label="Country of numbers without a country code"
          hint="DE"
          help="Two capital letters."
        />
      )}
    </>
  );
}

/** The first contacts as the draft is now, read again where it changed. */
function useExamples() {
  const { entry } = useEditing();
  const definition = probeOf(entry);
  const missing = missingInSources(entry);
  const { mapping, phones, defaults } = entry;
  const { answer, failure, busy, ask } = useTried<TriedContacts>();
  useEffect(() => {
    if (missing.length > 0) return undefined;
    const timer = setTimeout(() => ask({ show: 'contacts', definition }), answer || failure ? pause : 0);
    return () => clearTimeout(timer);
  }, [JSON.stringify([mapping, phones, defaults])]);
  const isRefused = failure?.status === 422;
  return { missing, contacts: answer?.contacts ?? [], failure: isRefused ? undefined : failure, isRefused, busy };
}

interface Row {
  readonly field: string;
  readonly source: string;
  readonly written: string;
}

function rowsOf({ source, written }: Example): Row[] {
  return [...new Set([...Object.keys(written), ...Object.keys(source)])].map(field => ({
    field,
    source: inOneLine(source[field]),
    written: inOneLine(written[field]),
  }));
}

const columns: readonly Column<Row>[] = [
  { title: 'Field', show: ({ field }) => inWords(field) },
  { title: 'At the source', show: ({ source }) => source },
  {
    title: 'As it is written',
    show: ({ source, written }) => (source === written ? written : <strong>{written || 'empty'}</strong>),
  },
];
