import type { Contact } from '../../../../shared/domain/contact.ts';
import { createWorld, listOf, type World } from '../world.ts';

const mapping = {
  businessFax: 'businessFax',
  pager: { template: '{{ userField1 | upcase }}' },
  anniversary: 'anniversary',
};

let world: World;
let target: string;
let source: string;

beforeEach(() => {
  world = createWorld(listOf({ mapping }));
  [target = ''] = world.addTargets(1);
  [source = ''] = world.addContacts(1);
});

function editSource(changes: Contact): void {
  world.source.edit(source, { ...world.source.contact(source).contact, ...changes });
}

function found(): Contact | undefined {
  return world.target(target)?.['Contact 1'];
}

function operations(mailboxId: string): string[] {
  return world.takeCalls(mailboxId).map(({ operation }) => operation);
}

test('what Graph has no names for reaches the targets, and a change of it is a patch of it', async () => {
  editSource({ businessFax: '+49 30 1', userField1: 'blue', carPhone: '7', anniversary: '2001-02-03' });
  await world.sync();
  expect(found()).toEqual({
    displayName: 'Contact 1',
    department: 'Sales',
    businessFax: '+49 30 1',
    pager: 'BLUE',
    anniversary: '2001-02-03',
  });

  editSource({ businessFax: '+49 30 2', carPhone: '8' });
  world.takeCalls();
  await world.sync();
  expect(found()).toMatchObject({ businessFax: '+49 30 2', pager: 'BLUE' });
  expect(operations(target)).toEqual(['patch']);
});

test('a field that the source empties is emptied', async () => {
  editSource({ businessFax: '+49 30 1' });
  await world.sync();
  const { businessFax: _, ...others } = world.source.contact(source).contact;
  world.source.edit(source, others);
  await world.sync();
  expect(found()).toEqual({ displayName: 'Contact 1', department: 'Sales' });
});

test('a list that names none of them asks for none, and leaves those of the user alone', async () => {
  world.setLists(listOf({ privateContacts: 'share' }));
  editSource({ businessFax: '+49 30 1' });
  await world.sync();
  const id = world.targetId(target, 'Contact 1');
  world.graph.mailbox(target).edit(id, { displayName: 'Contact 1', department: 'Sales', pager: 'mine' });
  editSource({ department: 'Legal' });
  await world.sync();
  expect(found()).toEqual({ displayName: 'Contact 1', department: 'Legal', pager: 'mine' });
  expect(operations(world.sourceId)).not.toContain('listExtended');
});

test('a field that is named later is read for all contacts, in one listing, and for those that change by id', async () => {
  world.setLists(listOf());
  world.addContacts(30, 'Other');
  editSource({ businessFax: '+49 30 1' });
  await world.sync();
  world.setLists(listOf({ mapping }));
  world.takeCalls();
  await world.sync();
  expect(found()).toMatchObject({ businessFax: '+49 30 1' });
  const reading = operations(world.sourceId).filter(name => name.endsWith('Extended'));
  expect(reading).toEqual(['listExtended']);
  editSource({ businessFax: '+49 30 2' });
  await world.sync();
  expect(found()).toMatchObject({ businessFax: '+49 30 2' });
  expect(operations(world.sourceId)).toEqual(['readChanges', 'readExtended']);
});

test("what users wrote into such a field of ours is put back where the list's policy says so", async () => {
  world.setLists(listOf({ mapping, userEdits: 'revert' }));
  editSource({ businessFax: '+49 30 1' });
  await world.sync();
  const mailbox = world.graph.mailbox(target);
  mailbox.edit(world.targetId(target, 'Contact 1'), {
    displayName: 'Contact 1',
    businessFax: 'mine',
    carPhone: 'mine',
  });
  await world.resync(target, 'full');
  await world.drain();
  expect(found()).toMatchObject({ businessFax: '+49 30 1', department: 'Sales', carPhone: 'mine' });
});

describe('more business phones than a contact of Exchange takes', () => {
  const phones = 'First Name,Business Phone,Business Phone 2,Phone C,Phone D\nAda,1,2,3,4\n';
  const columns = { 'businessPhones[2]': 'Phone C', 'businessPhones[3]': 'Phone D' };
  const fromFile = (mapping: object) => listOf({ source: { kind: 'csv', blob: 'a.csv', columns }, mapping });

  beforeEach(() => {
    world.files.put('a.csv', phones);
    world.setLists(fromFile({}));
  });

  async function problemsOfList(): Promise<string[]> {
    const status = await world.app.readList('staff');
    return (status?.problems ?? []).map(({ detail }) => detail);
  }

  test('are left out, and told', async () => {
    await world.sync();
    expect(world.target(target)?.Ada?.businessPhones).toEqual(['1', '2']);
    expect(await problemsOfList()).toEqual([expect.stringMatching(/left out \(businessPhones\)/)]);
  });

  test('go where the mapping says, although the file is the same as before', async () => {
    await world.sync();
    world.setLists(
      fromFile({ otherPhone: 'businessPhones[2]', carPhone: 'businessPhones[3]', pager: 'businessPhones[2]' }),
    );
    await world.sync();
    expect(world.target(target)?.Ada).toMatchObject({
      businessPhones: ['1', '2'],
      otherPhone: '3',
      carPhone: '4',
      pager: '3',
    });
    expect(await problemsOfList()).toEqual([]);
  });
});

test('a condition may look at one of them', async () => {
  world.setLists(listOf({ where: { field: 'userField1', in: ['blue'] } }));
  world.addContacts(1, 'Grey');
  editSource({ userField1: 'Blue' });
  await world.sync();
  expect(world.targetNames(target)).toEqual(['Contact 1']);
});
