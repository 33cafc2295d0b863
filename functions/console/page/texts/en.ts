/** What the page "My contacts" says in English; the other languages have the same. */
export const english = {
  language: 'en',
  title: 'My contacts',
  intro:
    'Contact lists that your company keeps in your mailbox. You find them in Outlook, each in the folder that is named here.',
  loading: 'Reading your lists…',
  none: 'No list is meant for you.',
  noneHint: 'Ask your IT department if you miss one.',
  folder: 'Folder in Outlook',
  noFolder: 'none yet',
  contacts: 'Contacts',
  updated: 'Last updated',
  never: 'not yet',
  today: 'today',
  states: {
    current: 'up to date',
    behind: 'on its way',
    syncing: 'on its way',
    waiting: 'could not be delivered, is tried again',
    failed: 'could not be delivered, is tried again',
    skipped: 'is not delivered at the moment',
    leaving: 'is being removed',
    cleared: 'removed',
    gone: 'removed',
    kept: 'is not kept up to date any more',
    off: 'off',
    notYet: 'comes within minutes',
  },
  switchOn: 'Get this list',
  switchOff: 'Stop getting it',
  offTitle: 'Stop getting this list?',
  offText: (contacts: number) =>
    contacts === 1
      ? 'Its contact stays in your mailbox and is not kept up to date any more.'
      : `Its ${contacts} contacts stay in your mailbox and are not kept up to date any more.`,
  clear: 'Clear and remove',
  clearTitle: (contacts: number) =>
    contacts === 1 ? 'Remove 1 contact from your mailbox?' : `Remove ${contacts} contacts from your mailbox?`,
  clearText: 'What this list brought is removed, and it stops coming. Contacts of your own stay.',
  clearButton: (contacts: number) => (contacts === 1 ? 'Remove 1 contact' : `Remove ${contacts} contacts`),
  cancel: 'Cancel',
  working: 'One moment…',
  decided: 'Noted. It is done within minutes.',
  yours: 'You decide whether you get this list.',
  theirs: 'Your company decides who gets this list.',
  check: 'Check my mailbox again',
  failed: 'That did not work. Try again in a minute; if it does not help, ask your IT department.',
  noAnswer: 'There is no connection. This page tries again by itself.',
  signOut: 'Sign out',
};

export type Texts = typeof english;
