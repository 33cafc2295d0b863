/** The client of blobs, a quarter of all code, which the bundle keeps in a file of its own. */
export { BlobServiceClient } from '@azure/storage-blob';
