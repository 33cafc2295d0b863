import { plannedSettings } from './checks/settings.ts';
import { type Code, readCode } from './code.ts';
import { type Compiled, type PlannedResource, readCompiled } from './compiled.ts';
import { findProblems } from './findProblems.ts';

/**
 * Mistakes that no compiler sees, since Bicep does not know the code: each is made in what the checks read. Those that
 * the compiler sees are made in the Bicep, in test/dotnet.
 */
interface Mistake {
  readonly make: (compiled: Compiled) => Compiled;
  readonly check: keyof ReturnType<typeof findProblems>;
  readonly problem: RegExp;
}

const mistakes: Readonly<Record<string, Mistake>> = {
  'a renamed setting': {
    make: inText('"GRAPH_CLIENT_ID":', '"GRAPH_IDENTITY_ID":'),
    check: 'settings',
    problem: /GRAPH_CLIENT_ID is read and not set/,
  },
  'a setting that nobody reads': {
    make: inText('"LEASE_SECONDS":"180"', '"LEASE_SECONDS":"180","BATCH_SIZE":"20"'),
    check: 'settings',
    problem: /BATCH_SIZE is set and read by nobody/,
  },
  'another value than the default': {
    make: inText('"LEASE_SECONDS":"180"', '"LEASE_SECONDS":"60"'),
    check: 'settings',
    problem: /LEASE_SECONDS is 60 in Azure and 180 by default/,
  },
  'a missing role': {
    make: without(({ properties }) => /0a9a7e1f/.test(String(properties?.roleDefinitionId))),
    check: 'roles',
    problem: /Storage Table Data Contributor .* is missing/,
  },
  'a role that nothing needs': {
    make: inText('0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3', 'b24988ac-6180-42a0-ab88-20f7382dd24c'),
    check: 'roles',
    problem: /Nothing needs the role \S+b24988ac-6180-42a0-ab88-20f7382dd24c on Microsoft.Storage\/storageAccounts/,
  },
  'a wrong queue name': {
    make: inText('/sync-mailbox"', '/sync-mailboxes"'),
    check: 'queues',
    problem: /queue sync-mailbox,/,
  },
  'a queue without duplicate detection': {
    make: inText('"requiresDuplicateDetection":true', '"requiresDuplicateDetection":false'),
    check: 'queues',
    problem: /RequiresDuplicateDetection of the queue \S+ is false, and true locally/,
  },
  'a table that is not made': {
    make: without(({ name }) => name.endsWith('/Runs')),
    check: 'queues',
    problem: /The table Runs is used and not made/,
  },
  'a queue that nobody handles': {
    make: inText('"SYNC_QUEUE":"sync-mailbox"', '"SYNC_QUEUE":"capture-list"'),
    check: 'triggers',
    problem: /Nobody handles the queue sync-mailbox/,
  },
  'another version of the runtime': {
    make: inText('"version":"24"', '"version":"22"'),
    check: 'runtime',
    problem: /Azure runs Node 22, the tests Node 24/,
  },
  'a shared key': {
    make: inText('"allowSharedKeyAccess":false', '"allowSharedKeyAccess":true'),
    check: 'hardening',
    problem: /allowSharedKeyAccess of st\w+ is true, not false/,
  },
  'another bound of the lists parameter': {
    make: inText('"minLength":2,"maxLength":2,', '"minLength":2,"maxLength":3,'),
    check: 'contactLists',
    problem: /list\.phones\.region is .*2\.\.3.* in Bicep and .*2\.\.2.* in the code/,
  },
  'a part of a list that must be given': {
    make: inText('"nullable":true,"metadata":{"default":"keep"', '"metadata":{"default":"keep"'),
    check: 'contactLists',
    problem: /list\.userEdits is .*"required":true.* in Bicep and .*"required":false.* in the code/,
  },
};

const compiled = readCompiled();
let code: Code;

beforeAll(async () => {
  code = await readCode(plannedSettings(compiled.plan));
});

test.each(Object.entries(mistakes))('%s is found', (_name, { make, check, problem }) => {
  expect(findProblems(make(compiled), code)[check].join('\n')).toMatch(problem);
});

function inText(text: string, by: string): Mistake['make'] {
  return before => {
    const json = JSON.stringify(before);
    if (!json.includes(text)) throw new Error(`There is no ${text} to be mistaken in`);
    return JSON.parse(json.replaceAll(text, () => by));
  };
}

function without(isMistaken: (resource: PlannedResource) => boolean): Mistake['make'] {
  return ({ template, plan }) => {
    if (!plan.some(isMistaken)) throw new Error('There is no resource to be left out');
    return { template, plan: plan.filter(resource => !isMistaken(resource)) };
  };
}
