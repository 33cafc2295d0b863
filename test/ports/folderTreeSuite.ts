import type { FolderTree } from '../../shared/ports/folderTree.ts';

/** A mailbox of its own for one test run, and what its user does there. */
export interface OpenFolderTree {
  readonly tree: FolderTree;
  /** Below the folder, or at the top. @returns its id */
  addFolder(name: string, belowId?: string): Promise<string>;
  /** To the folder, or to the default one. */
  addContacts(count: number, folderId?: string): Promise<void>;
  close(): Promise<void>;
}

/** What every implementation of `FolderTree` does alike. */
export function describeFolderTree(name: string, open: () => Promise<OpenFolderTree>): void {
  describe(name, () => {
    let opened: OpenFolderTree;
    let tree: FolderTree;

    beforeEach(async () => {
      opened = await open();
      tree = opened.tree;
    });
    afterEach(() => opened?.close());

    async function namesBelow(parentId?: string, limit = 100): Promise<string[]> {
      return (await tree.childFolders(parentId, limit)).map(({ displayName }) => displayName).sort();
    }

    test('lists the folders at the top and below another, and never the default one', async () => {
      const partners = await opened.addFolder("Partners / O'Brien & Söhne");
      await opened.addFolder('Staff');
      const lawyers = await opened.addFolder('Lawyers', partners);
      const { id, displayName } = await tree.defaultFolder();
      expect(displayName).toBe('Contacts');
      const top = await tree.childFolders(undefined, 100);
      expect(top.map(folder => folder.displayName).sort()).toEqual(["Partners / O'Brien & Söhne", 'Staff']);
      expect(top.map(({ parentFolderId }) => parentFolderId)).toEqual([id, id]);
      expect(await tree.childFolders(partners, 100)).toEqual([
        { id: lawyers, displayName: 'Lawyers', parentFolderId: partners },
      ]);
      expect(await tree.childFolders(lawyers, 100)).toEqual([]);
    });

    test('lists over several pages, and no more than it is asked for', async () => {
      const names = Array.from({ length: 25 }, (_, index) => `Folder ${String(index).padStart(2, '0')}`);
      for (const each of names) await opened.addFolder(each);
      expect(await namesBelow()).toEqual(names);
      expect(await namesBelow(undefined, 7)).toHaveLength(7);
      expect(await namesBelow(undefined, 25)).toEqual(names);
    });

    test('counts the contacts of a folder without those below it', async () => {
      const staff = await opened.addFolder('Staff');
      const north = await opened.addFolder('North', staff);
      await opened.addContacts(3, staff);
      await opened.addContacts(12, north);
      const { id } = await tree.defaultFolder();
      expect(await Promise.all([staff, north, id].map(folder => tree.countContacts(folder)))).toEqual([3, 12, 0]);
      await opened.addContacts(1);
      expect(await tree.countContacts(id)).toBe(1);
    });

    test('a folder that is not there is not found', async () => {
      const staff = await opened.addFolder('Staff');
      const unknown = staff.slice(0, -4);
      await expect(tree.countContacts(unknown)).rejects.toMatchObject({ name: 'GraphFailure' });
      await expect(tree.childFolders(unknown, 10)).rejects.toMatchObject({ name: 'GraphFailure' });
    });
  });
}
