import fc from 'fast-check';
import {
  addressFields,
  addressParts,
  type Contact,
  contactFields,
  listFields,
  textFields,
} from '../../../shared/domain/contact.ts';
import { fingerprintFields } from '../../../shared/domain/fingerprint.ts';
import type { LedgerEntry } from '../../../shared/domain/ledgerEntry.ts';
import type { PlanPolicy, WantedChange, WantedContact } from '../../../shared/domain/plan.ts';

const text = fc.string({ minLength: 1, maxLength: 3 });

function optionalFields<Value>(fields: readonly string[], value: fc.Arbitrary<Value>) {
  return fc.record(Object.fromEntries(fields.map(field => [field, value])), { requiredKeys: [] });
}

/** Contacts in canonical form. */
export const contacts: fc.Arbitrary<Contact> = fc
  .tuple(
    optionalFields(textFields, text),
    optionalFields(listFields, fc.array(text, { minLength: 1, maxLength: 2 })),
    optionalFields(
      addressFields,
      optionalFields(addressParts, text).filter(address => Object.keys(address).length > 0),
    ),
    optionalFields(['birthday'], fc.constantFrom('1815-12-10', '1906-12-09')),
    optionalFields(['emailAddresses'], fc.array(fc.record({ address: text }), { minLength: 1, maxLength: 2 })),
  )
  .map(parts => Object.assign({}, ...parts) as Contact);

const wantedContacts: fc.Arbitrary<WantedContact> = fc
  .record({ contact: contacts, version: text })
  .map(({ contact, version }) => ({ contact, version, fingerprints: fingerprintFields(contact) }));

const refusals = fc.record({
  kind: fc.constant('refused' as const),
  code: fc.constant('ErrorPropertyValidationFailure'),
  detail: fc.constant(''),
  retryAt: fc.nat(),
  attempts: fc.nat(),
});

/** Rows of the source key `k`, in every state, with and without the contact it can have in that state. */
export const ledgerEntries: fc.Arbitrary<LedgerEntry> = fc
  .record({
    place: fc.constantFrom(
      ...(['written', 'unknown', 'kept'] as const).map(state => ({ state, contactId: 'id of k' })),
      ...(['deletedByUser', 'missing'] as const).map(state => ({ state })),
    ),
    contact: contacts,
    version: text,
    trouble: fc.option(refusals, { nil: undefined }),
  })
  .map(({ place, contact, version, trouble }) => ({
    sourceKey: 'k',
    ...place,
    fields: fingerprintFields(contact),
    version,
    ...(trouble ? { trouble } : {}),
  }));

export const changes: fc.Arbitrary<WantedChange> = fc.record({
  sourceKey: fc.constant('k'),
  wanted: fc.option(wantedContacts, { nil: null }),
});

export const policies: fc.Arbitrary<PlanPolicy> = fc.record({
  managedFields: fc.subarray([...contactFields], { minLength: 1 }),
  removals: fc.constantFrom<PlanPolicy['removals'][]>('delete', 'keep'),
});
