/** What each state of a mailbox means, and the next step for whoever wants another. */
export const mailboxStates: Readonly<Record<string, { readonly means: string; readonly next?: string }>> = {
  current: { means: 'Has everything of the list that is for it.' },
  behind: { means: 'Lacks the newest changes.', next: 'The next run brings them. A resync asks for them now.' },
  syncing: { means: 'Is being brought up to date.', next: 'Nothing to do: it takes seconds.' },
  waiting: { means: 'Could not be written to.', next: 'It is tried again by itself. A resync tries now.' },
  failed: { means: 'Could not be written to.', next: 'Mend the cause below; a resync then tries at once.' },
  skipped: { means: 'Gets nothing of the list for now.', next: 'It joins by itself when the reason is gone.' },
  leaving: { means: 'Is no target any more: its contacts are being removed.', next: 'Nothing to do.' },
  cleared: {
    means: 'Was emptied, and gets nothing.',
    next: 'A resync fills it again, unless its user switched the list off.',
  },
  gone: { means: 'Its user is gone from the directory.', next: 'Nothing to do.' },
  kept: { means: 'Is no target any more, and keeps its contacts.', next: 'Nothing to do.' },
};

/** What a list's state asks for. */
export const listStates: Readonly<Record<string, string>> = {
  ok: 'Nothing to do.',
  paused: 'Nothing is read or written. Set it to running in its settings, under Policies, to go on.',
  refused: 'Its settings have a fault, and it does nothing. Mend what is named below.',
  held: 'Many would go at once. Decide whether that was meant.',
  error: 'Something it needs is missing. The connection test names what, and the remedy.',
  halted: 'Nothing is read or written until somebody releases it.',
  pinned: 'It was rolled back, and reads nothing until it is unpinned.',
};
