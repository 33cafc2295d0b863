import {
  type ListingCause,
  type MailboxPhase,
  next,
  owedListing,
  type PhaseEvent,
  pointAt,
  type Start,
  startOf,
} from '../../../shared/domain/mailboxPhase.ts';

const at = { position: 7, settings: 'print' };
const later = { position: 9, settings: 'print' };

/** Phases by what the table below calls them. */
const phases = {
  new: { kind: 'new' },
  making: { kind: 'makingFolder', interrupted: false },
  'making, in doubt': { kind: 'makingFolder', interrupted: true },
  'list, then go on': { kind: 'listing', because: 'interrupted', from: at },
  'list, then compare': { kind: 'listing', because: 'interrupted', from: 'snapshot' },
  'list again, then go on': { kind: 'listing', because: 'unfinished', from: at },
  'list again, then compare': { kind: 'listing', because: 'unfinished', from: 'snapshot' },
  'list what was put back, then go on': { kind: 'listing', because: 'putBack', from: at },
  'list what was put back, then compare': { kind: 'listing', because: 'putBack', from: 'snapshot' },
  'going on': { kind: 'applying', from: at },
  comparing: { kind: 'applying', from: 'snapshot' },
  settled: { kind: 'settled', at },
  'settled later': { kind: 'settled', at: later },
  cleared: { kind: 'cleared', at: undefined },
  'cleared by somebody': { kind: 'cleared', at: 5 },
} satisfies Record<string, MailboxPhase>;
type Name = keyof typeof phases;

const events = {
  'an owner died': { kind: 'listingOwed', because: 'interrupted' },
  'rows were put back': { kind: 'listingOwed', because: 'putBack' },
  'it starts over': { kind: 'startedOver' },
  'a folder is about to be made': { kind: 'folderAnnounced' },
  'the folder is named': { kind: 'folderNamed' },
  'the folder was listed': { kind: 'listed' },
  'it breaks off after a listing that was owed': { kind: 'brokenOff', wasListed: true },
  'it breaks off without one': { kind: 'brokenOff', wasListed: false },
} satisfies Record<string, PhaseEvent>;

describe.each<[keyof typeof events, Partial<Record<Name, Name>>]>([
  [
    'an owner died',
    {
      new: 'list, then compare',
      making: 'making, in doubt',
      'list again, then go on': 'list, then go on',
      'list again, then compare': 'list, then compare',
      'list what was put back, then go on': 'list, then go on',
      'list what was put back, then compare': 'list, then compare',
      'going on': 'list, then go on',
      comparing: 'list, then compare',
      settled: 'list, then go on',
    },
  ],
  [
    'rows were put back',
    {
      new: 'list what was put back, then compare',
      making: 'making, in doubt',
      'list again, then go on': 'list what was put back, then go on',
      'list again, then compare': 'list what was put back, then compare',
      'going on': 'list what was put back, then go on',
      comparing: 'list what was put back, then compare',
      settled: 'list what was put back, then go on',
    },
  ],
  [
    'it starts over',
    {
      'list, then go on': 'list, then compare',
      'list again, then go on': 'list again, then compare',
      'list what was put back, then go on': 'list what was put back, then compare',
      'going on': 'comparing',
      settled: 'comparing',
    },
  ],
  [
    'a folder is about to be made',
    {
      new: 'making',
      'list, then go on': 'making, in doubt',
      'list, then compare': 'making, in doubt',
      'list again, then go on': 'making, in doubt',
      'list again, then compare': 'making, in doubt',
      'list what was put back, then go on': 'making, in doubt',
      'list what was put back, then compare': 'making, in doubt',
      'going on': 'making',
      comparing: 'making',
      settled: 'making',
      cleared: 'making',
    },
  ],
  [
    'the folder is named',
    {
      new: 'comparing',
      making: 'comparing',
      'making, in doubt': 'list, then compare',
      settled: 'going on',
      cleared: 'comparing',
    },
  ],
  [
    'the folder was listed',
    {
      'list, then go on': 'going on',
      'list, then compare': 'comparing',
      'list again, then go on': 'going on',
      'list again, then compare': 'comparing',
      'list what was put back, then go on': 'going on',
      'list what was put back, then compare': 'comparing',
    },
  ],
  ['it breaks off after a listing that was owed', { 'going on': 'list again, then go on' }],
  ['it breaks off without one', {}],
])('when %s', (event, changes) => {
  const names = (Object.keys(phases) as Name[]).filter(
    name => name !== 'settled later' && name !== 'cleared by somebody',
  );

  test.each(names)('one that is %s', name => {
    expect(next(phases[name], events[event])).toEqual(phases[changes[name] ?? name]);
  });
});

test.each(Object.entries(phases))('one that is %s arrives, and is cleaned up', (_, phase) => {
  expect(next(phase, { kind: 'arrived', at: later })).toEqual(phases['settled later']);
  expect(next(phase, { kind: 'cleanedUp', at: 5 })).toEqual(phases['cleared by somebody']);
});

test.each<[Name, Start, ListingCause | undefined]>([
  ['new', 'snapshot', undefined],
  ['making, in doubt', 'snapshot', undefined],
  ['list, then go on', at, 'interrupted'],
  ['list what was put back, then compare', 'snapshot', 'putBack'],
  ['going on', at, undefined],
  ['settled', at, undefined],
  ['cleared', 'snapshot', undefined],
])('one that is %s says where it starts, and why its folder is listed first', (name, start, cause) => {
  expect(startOf(phases[name])).toEqual(start);
  expect(owedListing(phases[name])).toBe(cause);
});

test('a point names an audience where there is one: rows of lists without stay as they were', () => {
  expect(pointAt(7, 'print', '')).toStrictEqual({ position: 7, settings: 'print' });
  expect(pointAt(7, 'print', '+1')).toStrictEqual({ position: 7, settings: 'print', audience: '+1' });
});
