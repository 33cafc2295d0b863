// The contact lists as Bicep knows them: names, bounds and defaults are those of shared/settings/contactList.ts, which
// reads the lists when the app starts. What Bicep cannot say (a pattern, a number with a fraction) is said in words.

metadata description = 'Types of the contact lists.'

@description('The address of a mailbox or its object id.')
@minLength(1)
type Mailbox = string

@description('The mail address of a group or its object id.')
@minLength(1)
type Group = string

@description('A path below the mailbox\'s root, such as Partners/Lawyers. contacts is the default Contacts folder.')
type FolderPath = string

@description('Target field to source field, part of an address (businessAddress.city), element of a list (businessPhones[1]) or {template: ...}. null leaves the field alone. What is not named maps to itself; businessFax, homeFax, pager, otherPhone, carPhone, assistantPhone, anniversary, customerId and userField1 to userField4 are synced only where they are named.')
type Mapping = {
  @description('The field, part or element that becomes it, or an object with a template.')
  // A text or an object: Bicep has no such union.
  #disable-next-line no-explicit-any
  *: any?
}

@description('Target field to what it holds where nothing was mapped to it.')
type Defaults = {
  @description('A text, or a list of texts where the field is a list.')
  // A text or a list: Bicep has no such union.
  #disable-next-line no-explicit-any
  *: any?
}

@description('How phone numbers are written.')
@sealed()
type Phones = {
  @description('Valid numbers are rewritten where nothing of the text is lost; everything else stays as it is.')
  @metadata({ default: 'keep' })
  format: ('keep' | 'international' | 'e164')?

  @description('Where numbers without a country code are from, such as DE.')
  @minLength(2)
  @maxLength(2)
  region: string?
}

@description('A share between 0 and 1. Bicep has no numbers with a fraction, so it is written as text.')
type Share = '0' | '0.05' | '0.1' | '0.15' | '0.2' | '0.25' | '0.3' | '0.35' | '0.4' | '0.45' | '0.5' | '0.55' | '0.6' | '0.65' | '0.7' | '0.75' | '0.8' | '0.85' | '0.9' | '0.95' | '1'

@description('A condition as data: all or any of conditions, not with one, or a field with in, startsWith, has or exists. The app checks it.')
type Condition = {
  @description('all, any, not, field, in, startsWith, has, exists.')
  // A condition holds conditions: Bicep has no words for that.
  #disable-next-line no-explicit-any
  *: any
}

@description('Contact folders of one mailbox.')
@sealed()
type ContactFolderSource = {
  @description('What the source is.')
  kind: 'contactFolder'

  @description('Tells the sources of a list apart, in the keys of its contacts too.')
  @minLength(1)
  @maxLength(32)
  name: string?

  @description('What a contact of this source must meet.')
  where: Condition?

  @description('A connection of the kind tenant, where the mailbox is in another tenant.')
  @minLength(1)
  connection: string?

  @description('The mailbox that holds the contacts. In another tenant its user principal name or object id.')
  mailbox: Mailbox

  @description('Its contact folders. Several make one list.')
  @minLength(1)
  folders: FolderPath[]
}

@description('Field of a contact, part of an address (businessAddress.city), element of a list (businessPhones[1]) or e-mail address (emailAddresses[0]) to column of a CSV file.')
type Columns = {
  @description('The column that fills it.')
  @minLength(1)
  *: string
}

@description('A CSV file: a blob in the container sources of the app, or an https address of a host of csvHosts.')
@sealed()
type CsvSource = {
  @description('What the source is.')
  kind: 'csv'

  @description('Tells the sources of a list apart, in the keys of its contacts too.')
  @minLength(1)
  @maxLength(32)
  name: string?

  @description('What a contact of this source must meet.')
  where: Condition?

  @description('The name of the blob.')
  @minLength(1)
  @maxLength(200)
  blob: string?

  @description('The https address.')
  url: string?

  @description('The column that identifies a contact; without one its e-mail address does, else its name and company.')
  @minLength(1)
  key: string?

  @description('What columns hold that are not those of a well-known export.')
  @metadata({ default: {} })
  columns: Columns?

  @description('The code page of a file that is not UTF-8.')
  encoding: ('utf-8' | 'windows-1250' | 'windows-1251' | 'windows-1252' | 'windows-1253' | 'windows-1254' | 'iso-8859-2' | 'iso-8859-15' | 'macintosh' | 'shift_jis' | 'gb18030' | 'utf-16le')?

  @description('What stands between columns, where the first line does not tell.')
  delimiter: (',' | ';' | '\t' | '|')?
}

@description('Contact folders of a mailbox, or public folders, of an Exchange server on premises.')
@sealed()
type ExchangeServerSource = {
  @description('Of the source.')
  kind: 'exchangeServer'

  @description('Tells the sources of a list apart, in the keys of its contacts too.')
  @minLength(1)
  @maxLength(32)
  name: string?

  @description('What a contact of this source must meet.')
  where: Condition?

  @description('The connection of CONNECTIONS by which the server is reached.')
  @minLength(1)
  connection: string

  @description('The address of the mailbox that holds the contacts; of public folders, that of the user who signs in.')
  mailbox: string

  @description('Whether the folders are public folders.')
  @metadata({ default: false })
  publicFolders: bool?

  @description('The contact folders. Several make one list.')
  @minLength(1)
  folders: FolderPath[]
}

@description('A column of the query, or null where a column that is named like the field is not to fill it.')
@minLength(1)
@maxLength(128)
type Column = string

@description('One query of a database.')
@sealed()
type SqlSource = {
  @description('The rows of one query.')
  kind: 'sql'

  @description('Tells the sources of a list apart, in the keys of its contacts too.')
  @minLength(1)
  @maxLength(32)
  name: string?

  @description('What a contact of this source must meet.')
  where: Condition?

  @description('The name of a database in CONNECTIONS.')
  @minLength(1)
  connection: string

  @description('One SELECT. Columns that are named like fields fill them.')
  @minLength(1)
  @maxLength(20000)
  query: string

  @description('The column that tells the rows apart, and stays the same as long as it is the same person.')
  @minLength(1)
  @maxLength(128)
  key: string

  @description('Field to column, for columns that are named otherwise: businessAddress.city, businessPhones[0], emailAddresses[1], emailAddresses[0].name.')
  @metadata({ default: {} })
  columns: {
    @description('The column that fills it.')
    *: Column?
  }?

  @description('So long a reading may take.')
  @metadata({ default: 60 })
  @minValue(1)
  @maxValue(120)
  timeLimitSeconds: int?

  @description('More rows than these are refused.')
  @metadata({ default: 50000 })
  @minValue(1)
  @maxValue(200000)
  maxRows: int?
}

@description('Who is not read although a source names them.')
@sealed()
type DirectoryExclusions = {
  @description('Addresses or object ids of who is not read.')
  @metadata({ default: [] })
  mailboxes: Mailbox[]?

  @description('Groups whose members are not read.')
  @metadata({ default: [] })
  groups: Group[]?
}

@description('An extension attribute: extensionAttribute1 to extensionAttribute15. The app checks it.')
type ExtensionAttributes = {
  @description('The attribute that fills the field.')
  *: string
}

@description('How many members a group in doubt has to have to be believed.')
type AcceptedMembers = {
  @description('By the group as the source names it.')
  @minValue(0)
  *: int
}

@description('Users of the tenant, and its mail contacts on demand.')
@sealed()
type DirectorySource = {
  @description('Of the source.')
  kind: 'directory'

  @description('Tells the sources of a list apart, in the keys of its contacts too.')
  @minLength(1)
  @maxLength(32)
  name: string?

  @description('What a contact of this source must meet.')
  where: Condition?

  @description('Groups whose members are read, nested groups included; everybody if none is named.')
  @metadata({ default: [] })
  groups: Group[]?

  @description('Who is read whatever it is, such as shared mailboxes and rooms.')
  @metadata({ default: [] })
  mailboxes: Mailbox[]?

  @description('Who is not read after all.')
  @metadata({ default: { mailboxes: [], groups: [] } })
  exclude: DirectoryExclusions?

  @description('Whether guests are read too.')
  @metadata({ default: false })
  includeGuests: bool?

  @description('Whether disabled accounts are read too.')
  @metadata({ default: false })
  includeDisabled: bool?

  @description('Whether who is hidden from address lists is read too, as far as the directory knows of it.')
  @metadata({ default: false })
  includeHidden: bool?

  @description('Whether the organisation\'s mail contacts are read too.')
  @metadata({ default: false })
  organisationContacts: bool?

  @description('Whether a person is in their own list.')
  @metadata({ default: false })
  includeSelf: bool?

  @description('Contact field to the extension attribute that fills it.')
  @metadata({ default: {} })
  extensionAttributes: ExtensionAttributes?

  @description('How many members a group in doubt has to have to be believed.')
  @metadata({ default: {} })
  acceptMembers: AcceptedMembers?
}

@description('Where the contacts of a list come from.')
@discriminator('kind')
type Source = ContactFolderSource | CsvSource | DirectorySource | ExchangeServerSource | SqlSource

@description('Who does not get a list although a target names them.')
@sealed()
type Exclusions = {
  @description('Mailboxes that do not get the list although a group names them.')
  @metadata({ default: [] })
  mailboxes: Mailbox[]?

  @description('Groups whose members do not get the list.')
  @metadata({ default: [] })
  groups: Group[]?
}

@description('At least one mailbox or group.')
@sealed()
type Targets = {
  @description('Mailboxes that get the list.')
  @metadata({ default: [] })
  mailboxes: Mailbox[]?

  @description('Groups whose members get the list, nested groups included.')
  @metadata({ default: [] })
  groups: Group[]?

  @description('Who does not get it after all.')
  @metadata({ default: { mailboxes: [], groups: [] } })
  exclude: Exclusions?

  @description('Whether members whose account is disabled get it too, as shared mailboxes are.')
  @metadata({ default: false })
  includeDisabled: bool?
}

@description('The folder in each target mailbox, and how its contacts are tagged.')
@sealed()
type Destination = {
  @description('The name of the folder in each target mailbox, without "/"; contacts is the default folder. Or one for each language: {default: \'Company Contacts\', de: \'Firmenkontakte\'}. The app checks it.')
  // A type may be a text or an object, but not either.
  #disable-next-line no-explicit-any
  folder: any

  @description('Put on each contact beside the source\'s own categories: a text, or one for each language. The folder\'s name if left out, null for none.')
  #disable-next-line no-explicit-any
  category: any?
}

@description('From how many removals on a person decides.')
@sealed()
type Safeguards = {
  @description('More removals than this share of the list and than maxRemovals wait for a decision.')
  @metadata({ default: '0.2' })
  maxRemovalShare: Share?

  @description('More removals than this and than maxRemovalShare wait for a decision.')
  @metadata({ default: 10 })
  @minValue(0)
  maxRemovals: int?
}

@description('For whom a rule of visibility is: at least one group or mailbox.')
@sealed()
type VisibilityReaders = {
  @description('Groups by mail address or object id, nested ones included.')
  @metadata({ default: [] })
  groups: Group[]?

  @description('Mailboxes by address or object id.')
  @metadata({ default: [] })
  mailboxes: Mailbox[]?
}

@description('A contact that meets the condition goes only to those targets.')
@sealed()
type VisibilityRule = {
  @description('What a contact must meet for the rule to be about it.')
  when: Condition

  @description('Who of the targets gets it then.')
  to: VisibilityReaders
}

@description('Contacts go to those whom they name.')
@sealed()
type Owners = {
  @description('Where a contact names them, by address or object id: owners (a column of a file or query), another field, or an object with the beginning of categories.')
  @metadata({ default: 'owners' })
  // A text or an object: Bicep has no such union.
  #disable-next-line no-explicit-any
  from: any?

  @description('Targets that get a contact of which no owner is a target.')
  @metadata({ default: [] })
  @maxLength(20)
  unassigned: Mailbox[]?

  @description('Whether a contact that names nobody is for none but those.')
  @metadata({ default: false })
  ownersOnly: bool?
}

@description('Targets that take up a change before the others: those that are named, and the share, always the same ones.')
@sealed()
type Ring = {
  @description('Groups by mail address or object id, nested ones included.')
  @metadata({ default: [] })
  groups: Group[]?

  @description('Mailboxes by address or object id.')
  @metadata({ default: [] })
  mailboxes: Mailbox[]?

  @description('Of all targets, those of earlier rings included: more than the share of a ring before.')
  share: Share?
}

@description('When a change stops in its ring.')
@sealed()
type HaltWhen = {
  @description('More than this share of the mailboxes of a ring failed, or of the contacts there.')
  @metadata({ default: '0.05' })
  failedShare: Share?

  @description('Users had edited more than this share of the fields that the change wrote into their contacts, which are read for it. Nobody asks without it.')
  editedShare: Share?
}

@description('Large changes and new settings come to some targets first.')
@sealed()
type Rollout = {
  @description('Who gets them first, one ring after the other; all the other targets come last.')
  @minLength(1)
  @maxLength(10)
  rings: Ring[]

  @description('How long a change stays in a ring at least: days, hours and minutes (ISO 8601).')
  @metadata({ default: 'PT1H' })
  wait: string?

  @description('Rounds of fewer contacts go to everybody at once.')
  @metadata({ default: 50 })
  @minValue(1)
  from: int?

  @description('When a change stops, and the list with it.')
  @metadata({ default: { failedShare: '0.05' } })
  haltWhen: HaltWhen?
}

@export()
@description('A contact list: where it comes from, who gets it, and how.')
@sealed()
type ContactList = {
  @description('a-z, 0-9 and "-", starting with a letter or digit. It names the list in routes and in the contacts: do not change it.')
  @minLength(1)
  @maxLength(32)
  id: string

  @description('For people; the id if left out.')
  @minLength(1)
  name: string?

  @description('false pauses the list: nothing is read, written or cleaned up.')
  @metadata({ default: true })
  enabled: bool?

  @description('Where the contacts come from, if it is one source.')
  source: Source?

  @description('Several sources, each with its name, in order of precedence.')
  @minLength(1)
  @maxLength(20)
  sources: Source[]?

  @description('What a contact must meet, whatever its source.')
  where: Condition?

  @description('email makes one person of the contacts of several sources that share an address.')
  match: 'email'?

  @description('Contacts that are not for all targets.')
  @maxLength(50)
  visibility: VisibilityRule[]?

  @description('For whom contacts are that name who gets them.')
  owners: Owners?

  @description('What becomes of contacts that are marked private at the source: hide gives them to nobody, share to everybody. Lists that an earlier version began go on to share them until this is written.')
  privateContacts: ('hide' | 'share')?

  @description('Who gets them.')
  targets: Targets

  @description('Whether users decide for themselves in the console: not at all, to be left out, or to get it.')
  @metadata({ default: 'none' })
  choice: ('none' | 'optOut' | 'optIn')?

  @description('What they get.')
  destination: Destination

  @description('Which field of the source becomes which field of the target.')
  @metadata({ default: {} })
  mapping: Mapping?

  @description('What fields hold that nothing was mapped to.')
  defaults: Defaults?

  @description('How phone numbers are written.')
  phones: Phones?

  @description('adoptInFolder takes contacts of the user over that the folder has already, by their e-mail address; adoptAnywhere also those of the default Contacts folder; leave makes ours beside them.')
  @metadata({ default: 'leave' })
  existing: ('leave' | 'adoptInFolder' | 'adoptAnywhere')?

  @description('true: contacts get the photos that they have at the source.')
  @metadata({ default: false })
  photos: bool?

  @description('keep: what a user changed stays until the source changes that field. revert: a full reconcile restores it.')
  @metadata({ default: 'keep' })
  userEdits: ('keep' | 'revert')?

  @description('delete moves contacts that are gone from the source to Deleted Items, deleteForGood does not, keep leaves them in the mailboxes.')
  @metadata({ default: 'delete' })
  removals: ('delete' | 'deleteForGood' | 'keep')?

  @description('cleanUp removes our contacts from a mailbox that is no target any more, leave leaves them.')
  @metadata({ default: 'cleanUp' })
  whenTargetLeaves: ('cleanUp' | 'leave')?

  @description('The id of another installation whose folders the list takes over, as the problem OtherInstallation names it.')
  @minLength(1)
  @maxLength(64)
  takeOver: string?

  @description('Groups whose members may operate this list in the console without a role, by mail address or object id.')
  operators: Group[]?

  @description('When removals wait for a decision.')
  @metadata({ default: { maxRemovalShare: '0.2', maxRemovals: 10 } })
  safeguards: Safeguards?

  @description('Large changes and new settings come in rings. They go to everybody at once without this.')
  rollout: Rollout?
}
