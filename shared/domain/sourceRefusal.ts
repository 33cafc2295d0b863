/** From 1. The line is that where the row begins; the column is told where the fault lies in one cell. */
export interface FilePlace {
  readonly line: number;
  readonly column?: number;
}

/** Why a source of a list does not show, or does not take, what somebody asks of it. */
export type SourceRefusal =
  /** `names`: those of the sources that the list has. */
  | { readonly kind: 'noSuchSource'; readonly names: readonly string[] }
  | { readonly kind: 'noFolders' | 'noColumns' }
  | { readonly kind: 'unreadable'; readonly detail: string }
  | FileRefusal;

/** `fault` and `code` quote nothing of the file. */
export type FileRefusal =
  | { readonly kind: 'noFileOfOurs' | 'replacedMeanwhile' }
  | { readonly kind: 'fileRefused'; readonly fault: string; readonly place: FilePlace | undefined }
  | { readonly kind: 'fileUnavailable'; readonly code: string };
