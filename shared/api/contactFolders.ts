import * as z from 'zod';

export const sourceFoldersQuery = z.object({
  source: z.string().optional().meta({ description: 'The name of the source, of a list that has several' }),
});

/** Two requests a folder: so many are looked at, and so deep. */
export const folderLimits = { folders: 200, levels: 8 };

/** A contact folder as the HTTP API shows it. */
export interface FolderView {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly contacts: number;
  readonly folders: readonly FolderView[];
}

const folderView: z.ZodType<FolderView> = z
  .object({
    id: z.string(),
    name: z.string(),
    path: z.string().meta({
      description: 'As `source.folders` of a list names it: with `~1` for a slash in a name and `~0` for a tilde',
    }),
    contacts: z.int().meta({ description: 'In the folder itself; Exchange counts hidden items too' }),
    get folders() {
      return z.array(folderView);
    },
  })
  .meta({ id: 'ContactFolder' });

export const folderTreeView = z.object({
  folders: z.array(folderView),
  complete: z.boolean().meta({
    description: `False when there are more than ${folderLimits.folders} folders or ${folderLimits.levels} levels`,
  }),
});
export type FolderTreeView = z.infer<typeof folderTreeView>;
