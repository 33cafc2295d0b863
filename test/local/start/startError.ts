/** Something that the person at the terminal can mend: its message is all there is to say. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
