import type { Texts } from './en.ts';

export const german: Texts = {
  language: 'de',
  title: 'Meine Kontakte',
  intro:
    'Kontaktlisten, die Ihre Firma in Ihrem Postfach pflegt. Sie finden sie in Outlook, jede in dem Ordner, der hier genannt ist.',
  loading: 'Ihre Listen werden gelesen …',
  none: 'Für Sie ist keine Liste vorgesehen.',
  noneHint: 'Fehlt Ihnen eine, fragen Sie Ihre IT-Abteilung.',
  folder: 'Ordner in Outlook',
  noFolder: 'noch keiner',
  contacts: 'Kontakte',
  updated: 'Zuletzt aktualisiert',
  never: 'noch nie',
  today: 'heute',
  states: {
    current: 'aktuell',
    behind: 'unterwegs',
    syncing: 'unterwegs',
    waiting: 'nicht zugestellt, wird erneut versucht',
    failed: 'nicht zugestellt, wird erneut versucht',
    skipped: 'wird zurzeit nicht zugestellt',
    leaving: 'wird entfernt',
    cleared: 'entfernt',
    gone: 'entfernt',
    kept: 'wird nicht mehr aktualisiert',
    off: 'aus',
    notYet: 'kommt in wenigen Minuten',
  },
  switchOn: 'Diese Liste erhalten',
  switchOff: 'Nicht mehr erhalten',
  offTitle: 'Diese Liste nicht mehr erhalten?',
  offText: contacts =>
    contacts === 1
      ? 'Der Kontakt dieser Liste bleibt in Ihrem Postfach und wird nicht mehr aktualisiert.'
      : `Die ${contacts} Kontakte dieser Liste bleiben in Ihrem Postfach und werden nicht mehr aktualisiert.`,
  clear: 'Leeren und entfernen',
  clearTitle: contacts =>
    contacts === 1 ? '1 Kontakt aus Ihrem Postfach entfernen?' : `${contacts} Kontakte aus Ihrem Postfach entfernen?`,
  clearText: 'Was diese Liste gebracht hat, wird entfernt, und sie kommt nicht mehr. Ihre eigenen Kontakte bleiben.',
  clearButton: contacts => (contacts === 1 ? '1 Kontakt entfernen' : `${contacts} Kontakte entfernen`),
  cancel: 'Abbrechen',
  working: 'Einen Moment …',
  decided: 'Vermerkt. Es geschieht in wenigen Minuten.',
  yours: 'Sie entscheiden, ob Sie diese Liste erhalten.',
  theirs: 'Ihre Firma entscheidet, wer diese Liste erhält.',
  check: 'Mein Postfach erneut prüfen',
  failed:
    'Das hat nicht geklappt. Versuchen Sie es in einer Minute erneut; hilft das nicht, fragen Sie Ihre IT-Abteilung.',
  noAnswer: 'Es gibt keine Verbindung. Diese Seite versucht es von selbst erneut.',
  signOut: 'Abmelden',
};
