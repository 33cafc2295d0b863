/** A test by its file and the start of its full name. */
export interface DirectedTest {
  /** As `capture/importedAnew`: what no other test's path ends with, so that folders above it may change. */
  readonly file: string;
  readonly name: string;
}

/** A fault that is put into the product on purpose; its changes of the code are in `faults/<name>.yaml`. */
export interface Fault {
  readonly name: string;
  /** The rule that it leaves out. */
  readonly rule: string;
  /** What finds it where the schedule is too rare for chance; without them the random schedules do. */
  readonly tests?: readonly DirectedTest[];
}

function directed(name: string, rule: string, file: string, test: string): Fault {
  return { name, rule, tests: [{ file, name: test }] };
}

export const faults: readonly Fault[] = [
  // Capturing a source
  directed(
    'partial-not-set',
    'a capture that died between two transactions is read from the start',
    'captureSource',
    'a change that needs several transactions is read from the start after an interruption',
  ),
  directed(
    'removals-before-last-page',
    'removals are inferred only after the last page',
    'contactReading',
    'a delta round takes the last row of each contact, over empty pages',
  ),
  directed(
    'listed-removal-without-get',
    'a removal is inferred from a listing only after a GET by id',
    'captureSource',
    'a source mailbox that is full is listed, and asked by id for who seems to be gone',
  ),
  directed(
    'journal-gap-ignored',
    'who does not hold every position to the head takes the snapshot',
    'syncMailbox',
    'a change at the source that is larger than the journal is kept, or lost with it, is found in the snapshot',
  ),
  directed(
    'head-read-after-journal',
    'the head is read before the journal and the snapshot',
    'syncMailbox',
    'a change that is captured while a mailbox is synced reaches it with the next run',
  ),
  directed(
    'imported-anew-is-new',
    'who is imported anew keeps the key of before',
    'capture/importedAnew',
    'a source that is emptied and filled again with the same people between two runs writes nothing',
  ),
  directed(
    'shared-address-matches',
    'an address that several share recognises nobody',
    'domain/importedAnew',
    'they are two where two who are gone have the address',
  ),
  directed(
    'missing-folder-takes-its-contacts',
    'nothing is removed with a folder that is missing',
    'captureSource',
    'a source folder that is missing beside others (deleted) keeps its contacts',
  ),
  { name: 'fingerprint-of-unmapped-contact', rule: 'fingerprints are of the mapped contact' },
  { name: 'fingerprint-without-a-field', rule: 'fingerprints are of all fields' },

  // Holds
  directed(
    'hold-not-persisted',
    'a hold stays until somebody decides or the source recovers',
    'heldRemovals',
    'more removals meanwhile make a new number, which alone can be decided',
  ),
  directed(
    'pending-kept-when-seen-again',
    'a contact seen again loses the flag even when it is unchanged',
    'heldRemovals',
    'a source that recovers releases the hold by itself',
  ),
  directed(
    'approve-removes-at-once',
    'approve only marks the hold; the next capture journals what is still pending',
    'heldRemovals',
    'approved removals do not go where the source has the contacts again by the next capture',
  ),

  {
    name: 'hold-decided-twice',
    rule: 'a hold is decided once',
    tests: [
      {
        file: 'hold.memory',
        name: 'holds of both kinds at once are decided each by its kind and number, and once',
      },
    ],
  },

  // Fanning out
  directed(
    'empty-group-believed',
    'a group that reads as empty, or lost more than half of its members, proves nothing',
    'groupsInDoubt',
    'a group of targets that reads as empty is held, however small it is',
  ),
  directed(
    'no-fan-out-after-idle-capture',
    'the fan-out runs also after an idle capture',
    'runLists',
    'a run sends nothing twice while messages are on their way, and again once they count as lost',
  ),
  directed(
    'no-fan-out-after-failed-capture',
    'the fan-out runs also after a failed capture',
    'runLists',
    'a run sends to who is due also when the source cannot be read',
  ),
  directed(
    'leaves-though-a-target-was-not-read',
    'a mailbox leaves only after every target was read',
    'runLists',
    'targets nobody leaves while a named target is unknown',
  ),
  directed(
    'retry-under-same-id',
    'each message has a new id',
    'mailboxRecovery',
    'a mailbox that another owner has is tried again later, and then synced',
  ),

  // Applying to a mailbox: the lease
  directed(
    'no-listing-after-dead-owner',
    'a lease found working but expired owes a listing',
    'mailboxRecovery',
    'an owner that died after a create that nobody recorded: the next one lists',
  ),
  directed(
    'lease-not-checked-before-request',
    'the remaining time of the lease is checked where the request is sent',
    'mailboxRecovery',
    'a mailbox that another owner has that took it over before the first write was sent: nothing is sent',
  ),
  directed(
    'lease-released-in-doubt',
    'the lease is released only when no outcome is unknown and no listing is owed',
    'mailboxRecovery',
    'a create without an answer whose look-up fails too leaves a listing to the next owner',
  ),
  directed(
    'wanted-read-before-lease',
    'wanted is read again after the lease was taken',
    'syncMailbox',
    'a mailbox that leaves while its message is on its way',
  ),
  directed(
    'no-verification-after-refused-commit',
    'an owner whose commit is refused after a write has the keys verified',
    'mailboxRecovery',
    'a mailbox that another owner has that took it over while a write was under way: the key in doubt is verified',
  ),

  // Applying to a mailbox: when to begin and when to end
  {
    name: 'early-finish-by-position-alone',
    rule: 'finish early only if all of position, settings, full and failures match',
  },
  directed(
    'no-progress-on-early-finish',
    'Progress is written even on an early finish',
    'syncMailbox',
    'a mailbox whose report was lost reports what it had done before',
  ),
  directed(
    'progress-without-sequence',
    'a write of Progress with a lower sequence is dropped',
    'progress',
    'Progress in memory a lower sequence is dropped',
  ),
  directed(
    'found-folder-not-listed',
    'a folder found without a checkpoint of ours is listed first',
    'mailboxRecovery',
    'a folder that is listed makes up for a lost ledger without doubling anything',
  ),
  directed(
    'position-kept-while-starting-over',
    'clean-up, new settings and full first commit a checkpoint without position and settings',
    'syncMailbox',
    'other settings that were interrupted are taken up again',
  ),
  { name: 'failed-rows-not-retried', rule: 'rows that failed are planned again when they are due' },
  directed(
    'failed-photo-not-retried',
    'a photo that failed is written again when it is due',
    'apply/photos',
    'a photo that Graph refuses fails no contact, is counted and told, and is tried again after five minutes, alone',
  ),
  directed(
    'late-photo-covers-newer',
    'a photo waits until Graph cannot do the one before, which got no answer, any more',
    'apply/photos',
    'a photo that got no answer and lands late covers no newer one',
  ),
  directed(
    'checkpoint-before-effect',
    'a checkpoint moves only after everything before it is applied',
    'mailboxRecovery',
    'an owner that died in the second batch: the next one lists',
  ),

  // Applying to a mailbox: outcomes that are not known
  {
    name: 'create-sent-again-without-look-up',
    rule: 'a create without an answer is looked up before it is sent again',
  },
  { name: 'look-up-before-grace', rule: 'a create without an answer is looked up no sooner than the grace' },
  directed(
    'no-look-up-of-gone',
    'a patch that finds nothing looks the stamp up before it creates',
    'syncMailbox',
    'a contact that lies there under another id than the ledger knows is found by its stamp',
  ),
  directed('every-404-is-gone', 'only ErrorItemNotFound means gone', 'writing', 'an answer inside the batch 404 to'),
  directed(
    'no-version-in-patch',
    'the version stamp is written by every patch',
    'mailboxRecovery',
    'an owner that died with a patch that nobody recorded',
  ),
  directed(
    'adopted-rows-not-in-doubt',
    'adopted rows are planned with all mapped fields',
    'mailboxRecovery',
    'an owner that died after a create that nobody recorded: a field that the source cleared since is cleared',
  ),
  directed(
    'other-version-not-in-doubt',
    'rows whose stamped version differs from the ledger are planned with all mapped fields',
    'mailboxRecovery',
    'an owner that died with a patch that nobody recorded',
  ),
  { name: 'missing-row-believed-gone', rule: 'before a row is believed gone it is asked for by its id' },
  directed(
    'listing-read-once',
    'a listing over more than one page is repeated until two agree',
    'contactReading',
    'a listing of stamps is repeated until two readings agree',
  ),
  directed(
    'absent-row-loses-fingerprints',
    'the row of a contact that the user deleted keeps its fingerprints',
    'syncMailbox',
    'a contact that the user deleted stays deleted after a full reconcile when the source takes a change back',
  ),

  // Applying to a mailbox: what Graph answers with a server error
  directed(
    'server-error-holds-up-the-others',
    'the other contacts go on meanwhile',
    'serverErrors',
    'a few contacts among many whose writes Graph answers with a server error for good created',
  ),
  directed(
    'server-error-marked-without-proof',
    'if all writes fail, it is the mailbox, and no contact is marked',
    'serverErrors',
    'a mailbox in which every write fails from the middle of a pass on waits',
  ),
  directed(
    'suspicion-forgotten',
    'where there is no other write it is the contact after an hour, whichever process looks',
    'serverErrors',
    'a contact that fails while there is no other write is failed after an hour',
  ),
  directed(
    'failed-patch-not-in-doubt',
    'a patch that Graph failed at may have been done',
    'serverErrors',
    'a patch that fails for good may have been done',
  ),

  // What is written to a contact and read of it
  directed(
    'batch-not-cut-by-size',
    'a batch holds at most 3.5 MB',
    'contactMailbox',
    'contact folders of the simulated Graph writes are sent as far as a request of 4 MB holds them',
  ),
  directed(
    'refusal-text-kept',
    "nothing of Graph's texts is kept but names of properties",
    'writing',
    'an answer inside the batch 400 refuses the contact',
  ),
  directed(
    'cut-notes-believed',
    'notes that a collection may have cut are read by id',
    'contactReading',
    'notes that a collection may have cut are read by id',
  ),
  directed(
    'birthday-by-its-day-in-utc',
    'a birthday is the nearest midnight',
    'graphContact',
    'readContact reads the birthday 1975-05-02T22:00:00Z',
  ),
  directed(
    'former-form-is-a-change',
    'a changed canonical form is no change',
    'sourceChanges',
    'a contact in another canonical form than an earlier version stored is no change',
  ),
  directed(
    'categories-replaced',
    'categories are merged, never replaced',
    'apply/categories',
    "of categories that are known by name other settings exchange the list's",
  ),
  directed(
    'own-category-is-drift',
    "a user's own category is no drift",
    'apply/categories',
    "a full reconcile that undoes what users did takes a user's own category for no drift",
  ),
  directed(
    'deleted-items-one-level-deep',
    'in Deleted Items at any depth is deleted',
    'contactMailbox',
    'contact folders of the simulated Graph a folder lies in Deleted Items at any depth',
  ),

  // Mailboxes that users, Exchange and restores change behind us
  directed(
    'restored-rows-believed',
    'rows that were put back from a backup are listed once',
    'restoredRows',
    'rows that were put back from a backup of all tables',
  ),
  directed(
    'lost-ledger-rows-believed',
    'nothing is made that the ledger should know before the stamps are listed',
    'restoredRows',
    'rows that were lost of the ledger (one row)',
  ),
  directed(
    'other-journal-believed',
    'a position of another journal means nothing',
    'restoredRows',
    'rows that were put back from a backup of the lists, older than the mailboxes',
  ),
  directed(
    'lost-decision-forgotten',
    "what a person decided lies with the mailbox's own checkpoint, too",
    'restoredRows',
    'lost progress of one mailbox alone does not fill it',
  ),
  directed(
    'message-believed',
    'a message is a hint: a mailbox that is no target gets nothing',
    'restoredRows',
    'a message is a hint that names a mailbox which is no target gets nothing written',
  ),
  directed(
    'copy-of-the-users-removed',
    "a user's copy of our contact is the user's",
    'apply/copies',
    'a copy of our contact that the user made theirs by a field that is ours stays',
  ),
  directed(
    'replaced-mailbox-not-noticed',
    'a mailbox replaced behind its user is noticed by any stored id',
    'replacedMailbox',
    'a mailbox that was replaced and answers ErrorInvalidMailboxItemId',
  ),
  directed(
    'missing-id-looked-past',
    'an id that the mailbox does not know is reason to look at the folder',
    'replacedMailbox',
    'a mailbox that was replaced and answers ErrorItemNotFound gets folder and contacts in the same pass when the source removes',
  ),
  directed(
    'gone-is-the-users-deletion',
    'a contact counts as deleted by the user only once its stamp was looked for in a folder that stands',
    'engine/apply/replacedMailbox',
    'a mailbox that is replaced while other settings are written gets every contact again',
  ),
  directed(
    'child-folders-overlooked',
    'our folder is deleted only when it has no child folder',
    'targetFolders',
    'a mailbox that leaves keeps our folder where the user keeps a folder with contacts in it',
  ),
  directed(
    'refused-deletion-fails-mailbox',
    'a refused deletion of the folder leaves the mailbox done',
    'targetFolders',
    'a mailbox that leaves is done although Exchange refuses to delete our folder',
  ),
  directed(
    'others-folder-taken',
    "another installation's folder is not touched",
    'installations',
    'a folder of another installation is not touched',
  ),
  directed(
    'users-edits-lost-in-move',
    'what the user changed goes along to another folder',
    'targetFolders',
    'a destination that is renamed to the name of a folder that the user has carries over what the user changed',
  ),

  // Damaged rows, and rows of other versions
  directed(
    'damaged-removal-believed',
    'a removal is inferred only where the row tells that nobody rejected it',
    'engine/damagedRows',
    'a damaged row that no capture meets of a contact that the source lost stays',
  ),
  directed(
    'damaged-journal-believed',
    'who meets a damaged change takes the snapshot',
    'engine/damagedRows',
    'a damaged row that no capture meets of the journal has its readers take the snapshot',
  ),
  directed(
    'unknown-columns-lost',
    'columns that a newer version added survive',
    'store/unknownColumns',
    'columns that a newer version added survive',
  ),

  // The licence to delete
  { name: 'removal-without-stamp', rule: 'a contact without our stamp or ledger row is never removed' },
  directed(
    'removal-by-another-lists-stamp',
    'stamps of other lists are theirs',
    'mailboxRecovery',
    'a folder that is listed loses duplicates and orphans of this list, and nothing else',
  ),
  directed(
    'folder-removed-with-own-contacts',
    'the folder is removed only if nothing is left in it',
    'targetFolders',
    'a mailbox that leaves keeps our folder where the user keeps a contact in it',
  ),

  // What each user sees
  { name: 'hidden-contact-left-there', rule: 'what is hidden from a mailbox leaves it' },
  directed(
    'audience-not-in-line',
    'the audience of a mailbox is part of what it is in line with',
    'apply/visibility',
    'who joins or leaves the group of a rule is planned anew, and nobody else',
  ),
  directed(
    'owner-not-compared',
    'a contact that names its owners goes to them alone',
    'apply/owners',
    'a contact goes to those whom it names, one that names nobody to everybody',
  ),
  directed(
    'choice-forgotten',
    'who switched a list off does not get it',
    'self-service/choice',
    'who switches a list off is no target',
  ),
  directed(
    'undecided-rule-hides',
    'while nobody knows whom a rule is for, who has the contact keeps it',
    'apply/visibility',
    'a rule for a group that cannot be read and that nobody knows yet shows nobody anything new, and leaves what is there',
  ),
  // Ceilings
  { name: 'message-not-a-ceiling', rule: 'no message carries a mailbox past the head that it names' },
  directed(
    'overtaken-message-takes-back',
    'what is left of a message that was overtaken takes no mailbox back',
    'apply/ceiling',
    'of a list without rings a message with an older head takes it not back either where it has to be done again',
  ),
  directed(
    'nowhere-is-a-ceiling',
    'a list that is handed over without a position is brought to its end',
    'apply/ceiling',
    'a list that has to be listed and that no message names is so by the next handler, too',
  ),
  // Change in rings, and back
  { name: 'ring-not-a-ceiling', rule: 'no message carries a mailbox past the head of its ring' },
  directed(
    'ceiling-raised-by-journal',
    'a mailbox that needs the snapshot gets it as it was at its ceiling',
    'rings',
    'no full reconcile carries a mailbox past its ceiling',
  ),
  directed(
    'rolled-back-source-not-read-anew',
    'once a list is unpinned its source is read from the start',
    'engine/rollback',
    'edits, additions and removals are taken back',
  ),
  directed(
    'pinned-list-read',
    'of a list that is pinned nothing is read',
    'engine/rollback',
    'edits, additions and removals are taken back',
  ),
  directed(
    'private-shown-by-rollback',
    'what became private is shown to nobody again',
    'engine/rollback',
    'what became private meanwhile is shown to nobody again',
  ),
  directed(
    'gap-in-history-ignored',
    'a list is rolled back only where every change since is known',
    'domain/rollback',
    'what happened before a gap',
  ),
  directed(
    'latest-image-put-back',
    'a rollback puts back what a contact was before the first of its changes',
    'domain/rollback',
    'a contact is what it was before the first of its changes',
  ),
  directed(
    'taken-back-change-goes-on',
    'a change that was taken back goes to no further ring',
    'engine/rollback',
    'in rings a change that halted is taken back',
  ),
  directed(
    'brought-back-beside-users-own',
    "a contact that comes back is taken over again where it was the user's",
    'engine/rollback',
    'a contact that was the users own is taken over again',
  ),
  directed(
    'hidden-waits-for-its-ring',
    'what is hidden is taken from every ring at once',
    'rings',
    'a contact that is hidden within a large round',
  ),
  directed(
    'hidden-tells-no-mailbox',
    'a mailbox whose ring has not come so far is asked for what is hidden',
    'rings',
    'a contact that is hidden within a large round',
  ),
  directed(
    'left-without-a-look',
    'a mailbox that leaves without rows is looked at before it counts as cleaned up',
    'restoredRows',
    'rows that were lost of a mailbox that leaves',
  ),
  directed(
    'edits-go-on',
    'a change that writes over what users had edited stops in its ring',
    'rings',
    'where users had edited what a change writes the list is halted',
  ),
  directed(
    'change-never-goes-on',
    'a change goes on when its ring is current and has waited',
    'rings',
    'a large round comes to the first ring, waits, and goes on',
  ),
  // Proof, and forgetting
  directed(
    'ending-not-kept',
    'a mailbox keeps how a contact ended there',
    'proof/proveRemoval',
    'of a person who was removed it says since when',
  ),
  directed(
    'former-address-not-entered',
    'a person is found by an address that they had before',
    'proof/proveRemoval',
    'it finds who was removed long ago by an address',
  ),
  directed(
    'never-there-without-a-record',
    'nothing claims that a contact never was there which an earlier version may have removed',
    'proof/proveRemoval',
    'where an earlier version removed contacts',
  ),
  directed(
    'deleted-items-not-looked-into',
    'what lies in Deleted Items is not gone',
    'proof/verifyMailboxes',
    'a removed contact is in Deleted Items until the user empties it',
  ),
  directed(
    'before-image-not-forgotten',
    'of a person who is forgotten no before-image stays',
    'proof/forgetPerson',
    'nothing that is stored tells any more who the person was',
  ),
  directed(
    'forgotten-before-entered',
    'a person who is forgotten is found all the same',
    'proof/forgetPerson',
    'nothing that is stored tells any more who the person was',
  ),
  directed(
    'forgotten-while-captured',
    'nobody is forgotten whom a capture brings back meanwhile',
    'proof/forgetPerson',
    'While the list is captured nobody is forgotten whom a rollback brings back at that moment',
  ),
  directed(
    'shared-photo-forgotten',
    'a photo that a capture under way may name stays',
    'proof/forgetPerson',
    'a photo that the capture of another list has read',
  ),
  directed(
    'forgotten-waits-for-its-ring',
    'a person who is forgotten goes from every ring at once',
    'proof/forgetPerson',
    'whom a ring kept goes from every mailbox',
  ),
];
