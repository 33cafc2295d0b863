/**
 * Exchange's limits by app and mailbox: four requests at once, 10,000 in ten minutes, 150 MB uploaded in five.
 * https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
 */
import { throttled } from './graphError.ts';

const mostAtOnce = 4;
const mostInWindow = 10_000;
const windowMilliseconds = 600_000;

const mostUpload = 150 * 1024 * 1024;
const uploadWindowMilliseconds = 300_000;

type Bucket = {
  inFlight: number;
  windowStart: number;
  inWindow: number;
  uploadStart: number;
  uploaded: number;
};

export type Throttle = {
  /** Takes a slot, to be given back with the returned function. `upload` is in bytes. @throws 429 ApplicationThrottled */
  enter: (app: string, mailbox: string, upload: number) => () => void;
};

export function createThrottle(now: () => number): Throttle {
  const buckets = new Map<string, Bucket>();

  function enter(app: string, mailbox: string, upload: number): () => void {
    const key = `${mailbox} ${app}`;
    const bucket = buckets.get(key) ?? newBucket(now());
    buckets.set(key, bucket);
    if (bucket.inFlight >= mostAtOnce) throw throttled('Application is over its MailboxConcurrency limit.', 1);
    if (now() - bucket.windowStart >= windowMilliseconds) Object.assign(bucket, { windowStart: now(), inWindow: 0 });
    if (bucket.inWindow >= mostInWindow) {
      const wait = Math.ceil((bucket.windowStart + windowMilliseconds - now()) / 1000);
      throw throttled('Application is over its MailboxRequestRate limit.', Math.max(1, wait));
    }
    if (upload > 0) takeUpload(bucket, upload, now());
    bucket.inWindow += 1;
    bucket.inFlight += 1;
    return () => {
      bucket.inFlight -= 1;
    };
  }

  return { enter };
}

function newBucket(now: number): Bucket {
  return { inFlight: 0, windowStart: now, inWindow: 0, uploadStart: now, uploaded: 0 };
}

function takeUpload(bucket: Bucket, bytes: number, now: number): void {
  if (now - bucket.uploadStart >= uploadWindowMilliseconds) Object.assign(bucket, { uploadStart: now, uploaded: 0 });
  if (bucket.uploaded + bytes > mostUpload) {
    const wait = Math.ceil((bucket.uploadStart + uploadWindowMilliseconds - now) / 1000);
    throw throttled('Application is over its MailboxUploadSize limit.', Math.max(1, wait));
  }
  bucket.uploaded += bytes;
}
