/** What whoever deploys the app knows: its settings, and the files and commands of the deployment. */
const ofDeployment =
  /\b(?:CONNECTIONS|(?:AZURE|CAPTURE|CLIENT|CONSOLE|CONTACT|CSV|FULL_RECONCILE|GRAPH|KEY_VAULT|NOTIFY|PRIORITY|SYNC|TABLES|WEBHOOK|WEBSITE)_[A-Z_]+[A-Z])\b|\binfra\/[\w./-]*\w/;

/** In the order in which they are looked for. */
const phrases: readonly (readonly [RegExp, string])[] = [
  [/ \(UTC\)/, ''],
  // What the API has a request for, the console has a button for.
  [/until POST \S+\/release(, or POST \S+\/release where everything was halted)?(?!\w)/, 'until somebody releases it'],
  [/until POST \S+\/unpin/, 'until somebody unpins it'],
  [/with POST \S+\/unpin/, 'by unpinning it'],
  [/with POST \S+\/hold\b( and "kind": "kept")?/, 'at Holds'],
  [/POST \/api\/release lets/, '“Release all lists” lets'],
  [/\. POST \S+\/notices\/test sends a notice( there)?/, ''],
  [/ask for POST \S+\/clear/, '“Clear” it there'],
  [/; POST \S+\/find gives that of an address/, ''],
  [/POST \S+\/find says whether the user exists/, 'find the person under Mailboxes'],
  [/Give the object id that POST \S+\/find names; to/, 'To'],
  [/Use the id of a run that POST .* days/, 'It is kept for seven days: look into the mailboxes again'],
  [/Look at GET \S+\/\{id\}, and ask/, 'Ask'],
  [/GET \S+\/result says/, 'its result says'],
  [/Use an id that .*GET \/api\/runs named/, 'Choose one of those under Runs'],
  [/Use (an|the) id .*(GET \/api\/(lists|me) names|that is stored)/, 'Choose one of those that are shown'],
  [/read it with GET \S+, make/, 'look at it, make'],
  [/Send the header If-Match .*/, 'Reload the page, and try again'],
  [/ Send If-None-Match: \* to make it| with If-Match: "\d+"| \(curl .*\)| \("verify": true\)/, ''],
  [/Name the one that is meant: .* shows them/, 'Decide on each of them, at Holds'],
  [/(, and decide on it|, name it)? with "kind": "\w+"/, ''],
  [/Name another run; or a position,.*/, 'Choose another run'],
  [/: the oldest position that is possible is \d+/, '; choose a newer run'],
  [/ to position \d+ any more: name a newer one/, ' that far any more: roll it back to before a newer run'],
  [/ to position \d+/, ''],
  [/keeps position \d+/, 'keeps what it has'],
  // Settings by the names that the wizard has for them.
  [/Set "enabled": true .* needs a restart/, 'Set it to running in its settings, under Policies'],
  [/a resync with "mode": "full"/, '“Compare the folder”'],
  [/its source says "includeSelf": true/, 'its source says “People find themselves in it”'],
  [/write "privateContacts": .*/, 'say under Rules what becomes of them'],
  [/set targets\.includeDisabled/, 'switch on “Also accounts that are disabled”'],
  [/targets\.exclude/, '“Except”'],
  [/targets(?= names)|targets\.(groups|mailboxes)/, '“Who gets it?”'],
  [/another destination\.folder/, 'another folder under “Where it goes”'],
  [/destination\.(category|folder)/, '$1'],
  // What only the deployment has.
  [/It is an entry of CONTACT_LISTS: change .*/, 'It is defined in CONTACT_LISTS, where it is changed'],
  [/The list is gone from CONTACT_LISTS/, 'The list was deleted'],
  [
    /is none of CONSOLE_SOURCES, and .* add it there/,
    'is not open to lists that are made here: it has to be in CONSOLE_SOURCES',
  ],
  [/lists that are not in CONTACT_LISTS/, 'lists that are made here'],
  [/\(?infra\/docs\/sources\/public-folders-online\.md\)?/, '(“Public folders in Exchange Online” in the docs)'],
  [/^SYNC_SCHEDULE$/, 'Schedule'],
  [/^FULL_RECONCILE_SCHEDULE$/, 'Schedule of the full reconcile'],
];

/** A text of the API, which names requests and settings, in the words of the console. */
export function plainly(text: string): string {
  return phrases.reduce((said, [phrase, words]) => said.replace(phrase, words), text);
}

/** @param text as `plainly` says it */
export function isForDeployment(text: string): boolean {
  return ofDeployment.test(text);
}
