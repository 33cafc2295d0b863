/** What it takes to know that our folder is there and not below Deleted Items. */
const folderRequests = 5;
/** Of a listing, in contacts. */
const largestPage = 999;

/** Requests in one mailbox to find our folder and list what is in it; a listing of several pages is read twice. */
export function requestsToList(contacts: number): number {
  const pages = Math.max(1, Math.ceil(contacts / largestPage));
  return folderRequests + (pages === 1 ? 1 : 2 * pages);
}
