import { german } from './de.ts';
import { english, type Texts } from './en.ts';
import { french } from './fr.ts';

const known: readonly Texts[] = [english, german, french];

/** The first of the reader's languages that there are texts in; English else. */
export function chooseTexts(languages: readonly string[]): Texts {
  const wanted = languages.map(language => language.toLowerCase().split('-')[0]);
  return wanted.flatMap(language => known.find(texts => texts.language === language) ?? [])[0] ?? english;
}
