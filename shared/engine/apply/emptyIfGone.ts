import { GraphFailure } from '../../ports/contactMailbox.ts';

/** A listing of a folder that its user may delete meanwhile: it holds nothing then. */
export async function emptyIfGone<Item>(listing: Promise<readonly Item[]>): Promise<readonly Item[]> {
  try {
    return await listing;
  } catch (error) {
    if (error instanceof GraphFailure && error.kind === 'notFound') return [];
    throw error;
  }
}
