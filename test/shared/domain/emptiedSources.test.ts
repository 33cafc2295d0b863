import { findEmptiedSources } from '../../../shared/domain/emptiedSources.ts';
import { type KnownOutline, noRemoval, type SeenContact } from '../../../shared/domain/sourceChanges.ts';

const sources = ['directory', 'file'];

function row(sourceKey: string, folderId: string, changes: Partial<KnownOutline> = {}): KnownOutline {
  return { sourceKey, folderId, ids: [sourceKey], fingerprint: '', removal: noRemoval, ...changes };
}

function partsIn(...folders: string[]): Partial<KnownOutline> {
  return { parts: folders.map(folderId => ({ id: folderId, folderId, contact: {} })) };
}

function emptied(snapshot: readonly KnownOutline[], gone: readonly string[], seen: readonly KnownOutline[] = []) {
  const contacts = seen.map(each => ({ ...each, contact: {}, isNew: true, changed: true }) satisfies SeenContact);
  return findEmptiedSources(snapshot, gone, contacts, folderId => sources.indexOf(folderId));
}

const people = [row('ada', 'directory'), row('ben', 'file'), row('cleo', 'file')];

test('a source that had several contacts and has none is in doubt, and one that keeps any is not', () => {
  expect(emptied(people, ['ben', 'cleo'])).toEqual({ lost: ['ben', 'cleo'], of: 2 });
  expect(emptied(people, ['ben'])).toEqual({ lost: [], of: 0 });
  expect(emptied(people, ['ada'])).toEqual({ lost: [], of: 0 });
});

test('a source that has others now is in use', () => {
  expect(emptied(people, ['ben', 'cleo'], [row('dora', 'file')])).toEqual({ lost: [], of: 0 });
  expect(emptied(people, ['ben', 'cleo'], [row('dora', 'directory')])).toEqual({ lost: ['ben', 'cleo'], of: 2 });
});

test('a contact counts for the source that shows it now', () => {
  expect(emptied(people, ['cleo'], [row('ben', 'directory')])).toEqual({ lost: ['cleo'], of: 2 });
});

test('what an admin took out of the list goes as asked', () => {
  expect(emptied([...people, row('x', 'former'), row('y', 'former')], ['x', 'y'])).toEqual({ lost: [], of: 0 });
});

test('who was kept by a decision was not there before', () => {
  const kept = row('cleo', 'file', { removal: { kind: 'gone', decision: 'rejected' } });
  expect(emptied([row('ada', 'directory'), row('ben', 'file'), kept], ['ben', 'cleo'])).toEqual({ lost: [], of: 0 });
});

test('a person of several sources counts once in each, and is lost only where it goes as a whole', () => {
  const both = [row('ben', 'directory', partsIn('directory', 'file')), row('cleo', 'file', partsIn('file', 'file'))];
  expect(emptied([...both, row('ada', 'directory')], ['cleo'], [row('ben', 'directory')])).toEqual({
    lost: ['cleo'],
    of: 2,
  });
  expect(emptied([row('ada', 'directory'), both[1] as KnownOutline], ['cleo'])).toEqual({ lost: [], of: 0 });
  const left = ['ben', 'cleo'].map(key => row(key, 'directory', partsIn('directory', 'former')));
  expect(emptied([row('ada', 'directory'), ...left], ['ben', 'cleo'])).toEqual({ lost: [], of: 0 });
});
