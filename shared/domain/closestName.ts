import { closestMatch } from 'leven';

/** The known name that was most likely meant; undefined when none is near. Case does not count. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const byLowerCase = new Map(known.map(each => [each.toLowerCase(), each]));
  const maxDistance = name.length > 8 ? 3 : name.length > 4 ? 2 : 1;
  return byLowerCase.get(closestMatch(name.toLowerCase(), [...byLowerCase.keys()], { maxDistance }) ?? '');
}

/** The end of a sentence about an unknown name; empty when no known one is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const closest = closestName(name, known);
  return closest === undefined ? '' : `: did you mean "${closest}"?`;
}
