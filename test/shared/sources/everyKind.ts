import { type ContactSource, type Reading, SourceFailure } from '../../../shared/ports/contactSource.ts';

/** A source of a kind, and whoever keeps what it reads. */
export interface SourceBed {
  open(): ContactSource;
  /** Somebody of that key comes, or has another name from now on. */
  put(key: string, name: string): Promise<unknown>;
  remove(key: string): Promise<unknown>;
  /** A reading that has something to tell fails from now on, after it began to. */
  breakOff(): Promise<unknown>;
  mend(): Promise<unknown>;
  /** The cursor as it is once nothing can be read on from it. */
  kill(cursor: string): Promise<string>;
  close(): Promise<unknown>;
}

interface Kind {
  /** Whether a source that shows nobody any more is believed; otherwise it fails as long as it does. */
  readonly believesEmptiness: boolean;
}

/** What every kind of source does, whatever it reads. */
export function describeSourceKind(name: string, makeBed: () => Promise<SourceBed>, kind: Kind): void {
  describe(`${name}, like every kind of source,`, () => {
    let bed: SourceBed;
    let people: Map<string, string | undefined>;

    beforeEach(async () => {
      bed = await makeBed();
      people = new Map();
    });
    afterEach(() => bed.close());

    const read = (cursor?: string) => bed.open().read(cursor);
    const names = () => [...people.values()].toSorted();
    const isComplete = ({ scopes }: Reading) => scopes.every(({ complete }) => complete);

    /** As a capture takes it up. */
    async function takeUp(cursor?: string): Promise<Reading> {
      const reading = await read(cursor);
      if (isComplete(reading)) people.clear();
      for (const { id, contact } of reading.scopes.flatMap(({ contacts }) => contacts)) {
        if (contact) people.set(id, contact.displayName);
        else people.delete(id);
      }
      return reading;
    }

    async function putTwo(): Promise<Reading> {
      await bed.put('1', 'Ada');
      await bed.put('2', 'Bob');
      return takeUp();
    }

    test('is read whole at first', async () => {
      const first = await putTwo();
      expect([isComplete(first), names()]).toEqual([true, ['Ada', 'Bob']]);
      expect(first).toMatchObject({ problems: [], partsMissing: false });
    });

    test('tells nothing where nothing changed', async () => {
      const { cursor } = await putTwo();
      const idle = await read(cursor);
      expect(idle.scopes.every(({ complete, contacts }) => !complete && contacts.length === 0)).toBe(true);
      expect(idle).toMatchObject({ problems: [], partsMissing: false });
    });

    test('tells who came, who has another name under the same id, who went, and who came back', async () => {
      const first = await putTwo();
      const ids = [...people.keys()];
      await bed.put('1', 'Anna');
      const renamed = await takeUp(first.cursor);
      expect([names(), [...people.keys()].toSorted()]).toEqual([['Anna', 'Bob'], ids.toSorted()]);
      await bed.remove('2');
      await bed.put('3', 'Cyd');
      const { cursor } = await takeUp(renamed.cursor);
      expect(names()).toEqual(['Anna', 'Cyd']);
      await bed.put('2', 'Bob');
      await takeUp(cursor);
      expect(names()).toEqual(['Anna', 'Bob', 'Cyd']);
    });

    test('says the same again after a reading whose cursor was not kept', async () => {
      const { cursor } = await putTwo();
      await bed.put('3', 'Cyd');
      await bed.remove('1');
      const once = await takeUp(cursor);
      expect((await takeUp(cursor)).scopes).toEqual(once.scopes);
      expect(names()).toEqual(['Bob', 'Cyd']);
    });

    test('fails as a whole where it breaks off half-way, and tells all of it afterwards', async () => {
      const { cursor } = await putTwo();
      await bed.put('1', 'Anna');
      await bed.remove('2');
      await bed.breakOff();
      await expect(read(cursor)).rejects.toThrow(SourceFailure);
      await bed.mend();
      await takeUp(cursor);
      expect(names()).toEqual(['Anna']);
    });

    test('holds nobody at first', async () => {
      const first = await takeUp();
      expect([isComplete(first), names()]).toEqual([true, []]);
      await bed.put('1', 'Ada');
      await takeUp(first.cursor);
      expect(names()).toEqual(['Ada']);
    });

    test('shows nobody any more', async () => {
      const { cursor } = await putTwo();
      for (const key of ['1', '2']) await bed.remove(key);
      if (!kind.believesEmptiness) return expect(read(cursor)).rejects.toThrow(SourceFailure);
      await takeUp(cursor);
      expect(names()).toEqual([]);
    });

    test.each<[string, (cursor: string) => Promise<string>]>([
      ['is dead', cursor => bed.kill(cursor)],
      ['is of another version', async () => '{}'],
      ['was damaged', async cursor => cursor.slice(0, -1)],
    ])('is read from the start where the cursor %s', async (_, spoil) => {
      const { cursor } = await putTwo();
      await bed.remove('2');
      const again = await takeUp(await spoil(cursor));
      expect([isComplete(again), names()]).toEqual([true, ['Ada']]);
    });
  });
}
