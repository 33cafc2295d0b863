import type { Texts } from './en.ts';

export const french: Texts = {
  language: 'fr',
  title: 'Mes contacts',
  intro:
    'Les listes de contacts que votre entreprise tient à jour dans votre boîte aux lettres. Vous les trouvez dans Outlook, chacune dans le dossier indiqué ici.',
  loading: 'Lecture de vos listes…',
  none: 'Aucune liste ne vous est destinée.',
  noneHint: 'S’il vous en manque une, adressez-vous à votre service informatique.',
  folder: 'Dossier dans Outlook',
  noFolder: 'aucun pour l’instant',
  contacts: 'Contacts',
  updated: 'Dernière mise à jour',
  never: 'jamais',
  today: 'aujourd’hui',
  states: {
    current: 'à jour',
    behind: 'en cours',
    syncing: 'en cours',
    waiting: 'non remise, nouvel essai à venir',
    failed: 'non remise, nouvel essai à venir',
    skipped: 'n’est pas remise pour le moment',
    leaving: 'en cours de suppression',
    cleared: 'supprimée',
    gone: 'supprimée',
    kept: 'n’est plus mise à jour',
    off: 'désactivée',
    notYet: 'arrive dans quelques minutes',
  },
  switchOn: 'Recevoir cette liste',
  switchOff: 'Ne plus la recevoir',
  offTitle: 'Ne plus recevoir cette liste ?',
  offText: contacts =>
    contacts < 2
      ? 'Son contact reste dans votre boîte aux lettres et n’est plus mis à jour.'
      : `Ses ${contacts} contacts restent dans votre boîte aux lettres et ne sont plus mis à jour.`,
  clear: 'Vider et supprimer',
  clearTitle: contacts =>
    contacts < 2
      ? `Supprimer ${contacts} contact de votre boîte aux lettres ?`
      : `Supprimer ${contacts} contacts de votre boîte aux lettres ?`,
  clearText: 'Ce que cette liste a apporté est supprimé, et elle n’arrive plus. Vos propres contacts restent.',
  clearButton: contacts => (contacts < 2 ? `Supprimer ${contacts} contact` : `Supprimer ${contacts} contacts`),
  cancel: 'Annuler',
  working: 'Un instant…',
  decided: 'C’est noté. Ce sera fait dans quelques minutes.',
  yours: 'Vous décidez si vous recevez cette liste.',
  theirs: 'Votre entreprise décide qui reçoit cette liste.',
  check: 'Vérifier de nouveau ma boîte aux lettres',
  failed: 'Cela n’a pas fonctionné. Réessayez dans une minute ; sinon, adressez-vous à votre service informatique.',
  noAnswer: 'Pas de connexion. Cette page réessaie d’elle-même.',
  signOut: 'Se déconnecter',
};
