import type { FileReading, FileUnavailable, SourceFiles } from '../../shared/ports/sourceFiles.ts';

/** Files that are kept in memory; each write gives another ETag. */
export interface MemoryFiles extends SourceFiles {
  put(name: string, content: string | Uint8Array): void;
  take(name: string): void;
  /** Every reading meets it while it is set. */
  failure: FileUnavailable | undefined;
}

export function createMemoryFiles(now: () => number = () => 0): MemoryFiles {
  const files = new Map<string, { etag: string; bytes: Uint8Array; putAt: number }>();
  let writes = 0;

  function put(name: string, content: string | Uint8Array): void {
    writes++;
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    files.set(name, { etag: `"${writes}"`, bytes, putAt: now() });
  }

  async function read(name: string, etag: string | undefined): Promise<FileReading> {
    if (memory.failure) throw memory.failure;
    const file = files.get(name);
    if (!file) return { kind: 'missing' };
    return file.etag === etag ? { kind: 'unchanged' } : { kind: 'read', etag: file.etag, bytes: file.bytes };
  }

  async function replace(name: string, bytes: Uint8Array, etag: string | undefined): Promise<boolean> {
    const file = files.get(name);
    if (file?.etag !== etag) return file !== undefined && Buffer.compare(file.bytes, bytes) === 0;
    put(name, bytes);
    return true;
  }

  const memory: MemoryFiles = {
    put,
    take: name => void files.delete(name),
    failure: undefined,
    read,
    findEtag: async name => files.get(name)?.etag,
    replace,
    list: async beginning =>
      [...files].flatMap(([name, { etag, putAt }]) => (name.startsWith(beginning) ? [{ name, etag, putAt }] : [])),
    async remove({ name, etag }) {
      return files.get(name)?.etag === etag && files.delete(name);
    },
  };
  return memory;
}
