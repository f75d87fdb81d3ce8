// What widgets say, in French and in English. `{name}` is filled in; «one | many» is chosen by `count`.
const FR = {
  wait: "Chargement…",
  failed: "Le portail ne répond pas pour le moment.",
  again: "Réessayer",
  wrong: "Ce module n’est pas autorisé sur ce site : demandez à l’administration du portail de l’y ajouter.",
  nothing: "Il n’y a rien ici pour le moment.",
  gone: "Cette activité n’est plus publiée.",
  unset: "Ce module est mal réglé : il lui manque « {name} ».",
  lacking: "Ce module est mal réglé : il lui manque l’activité à montrer.",
  recent: "Publications récentes",
  more: "Voir la suite",
  open: "Ouvrir sur le portail",
  by: "par {name}",
  comments: "{count} commentaire | {count} commentaires",
  supports: "{count} soutien | {count} soutiens",
  support: "Je soutiens",
  supported: "Je ne soutiens plus",
  told_support: "Votre soutien à « {title} » est enregistré.",
  told_withdrawn: "Votre voix pour « {title} » est retirée.",
  told_opinion: "Votre avis sur « {title} » est enregistré.",
  opinion: "Votre avis : {title}",
  FOR: "D’accord",
  MIXED: "Mitigé",
  AGAINST: "Pas d’accord",
  agree: "{share} % d’accord, sur {count} avis | {share} % d’accord, sur {count} avis",
  for_side: "{count} argument pour | {count} arguments pour",
  against_side: "{count} argument contre | {count} arguments contre",
  no_argument: "Aucun argument pour l’instant.",
  argue: "Donner un argument sur le portail",
  map: "Autour de nous",
  map_keys: "Carte par hexagone. Flèches : d’un hexagone à l’autre. Entrée : voir ce qui s’y trouve.",
  publications: "{count} publication | {count} publications",
  at_the_middle: "au centre",
  away: "à {km} km {direction}",
  E: "à l’est",
  NE: "au nord-est",
  N: "au nord",
  NW: "au nord-ouest",
  W: "à l’ouest",
  SW: "au sud-ouest",
  S: "au sud",
  SE: "au sud-est",
  closer: "Agrandir la carte",
  farther: "Réduire la carte",
  list: "Voir la liste sur le portail",
  list_here: "Tout voir ici, sur le portail",
  none_here: "Rien d’ouvert à cet endroit pour le moment.",
  until: "Vote ouvert jusqu’au {date}",
  budget: "{amount} à répartir",
  closed: "Le vote est fermé.",
  elsewhere: "Voter sur le portail",
  ballot: "Ce vote se fait par un bulletin entier, sur le portail.",
  proof: "Ce vote demande un justificatif, à donner sur le portail.",
  law: "Cette pétition se signe sur le portail, comme électeur.",
  sign: "Signer sur le portail",
  sign_in: "Se connecter pour voter",
  signing_in: "Une fenêtre du portail vous demande de vous connecter. Revenez ensuite ici.",
  signed_in: "Vous participez en tant que {name}.",
  sign_out: "Me déconnecter d’ici",
  over: "Votre connexion est terminée : connectez-vous à nouveau.",
  expired: "Cette connexion n’est plus valable : recommencez.",
  blocked: "Le navigateur a fermé la fenêtre de connexion : autorisez-la, ou continuez dans cet onglet.",
  same_tab: "Continuer dans cet onglet",
  ask_who: "Avez-vous demandé à vous connecter ici en tant que {name} ?",
  yes: "Oui, continuer",
  no: "Non",
  handed: "Vous êtes connecté·e dans l’onglet d’où vous venez : vous pouvez fermer celui-ci.",
};
const EN = {
  wait: "Loading…",
  failed: "The portal does not answer at the moment.",
  again: "Try again",
  wrong: "This module is not allowed on this site: ask the portal’s administrators to add it.",
  nothing: "There is nothing here yet.",
  gone: "This activity is no longer published.",
  unset: "This module is not set up: “{name}” is missing.",
  lacking: "This module is not set up: the activity to show is missing.",
  recent: "Latest publications",
  more: "Show more",
  open: "Open on the portal",
  by: "by {name}",
  comments: "{count} comment | {count} comments",
  supports: "{count} support | {count} supports",
  support: "I support this",
  supported: "I no longer support this",
  told_support: "Your support for “{title}” is recorded.",
  told_withdrawn: "Your vote for “{title}” is withdrawn.",
  told_opinion: "Your opinion on “{title}” is recorded.",
  opinion: "Your opinion: {title}",
  FOR: "Agree",
  MIXED: "Undecided",
  AGAINST: "Disagree",
  agree: "{share}% agree, of {count} opinion | {share}% agree, of {count} opinions",
  for_side: "{count} argument for | {count} arguments for",
  against_side: "{count} argument against | {count} arguments against",
  no_argument: "No argument yet.",
  argue: "Give an argument on the portal",
  map: "Around us",
  map_keys: "Map of hexagons. Arrows: from one to the next. Enter: see what is there.",
  publications: "{count} publication | {count} publications",
  at_the_middle: "in the middle",
  away: "{km} km {direction}",
  E: "to the east",
  NE: "to the north-east",
  N: "to the north",
  NW: "to the north-west",
  W: "to the west",
  SW: "to the south-west",
  S: "to the south",
  SE: "to the south-east",
  closer: "Enlarge the map",
  farther: "Reduce the map",
  list: "See the list on the portal",
  list_here: "See all of them, on the portal",
  none_here: "Nothing open here at the moment.",
  until: "Voting is open until {date}",
  budget: "{amount} to spend",
  closed: "Voting is closed.",
  elsewhere: "Vote on the portal",
  ballot: "This vote takes a whole ballot, on the portal.",
  proof: "This vote asks for a proof, to be given on the portal.",
  law: "This petition is signed on the portal, as an elector.",
  sign: "Sign on the portal",
  sign_in: "Sign in to vote",
  signing_in: "A window of the portal asks you to sign in. Then come back here.",
  signed_in: "You take part as {name}.",
  sign_out: "Sign me out here",
  over: "You have been signed out: please sign in again.",
  expired: "This sign-in is no longer valid: please start again.",
  blocked: "The browser closed the sign-in window: allow it, or go on in this tab.",
  same_tab: "Go on in this tab",
  ask_who: "Did you ask to sign in here as {name}?",
  yes: "Yes, go on",
  no: "No",
  handed: "You are signed in in the tab that you came from: you may close this one.",
};
/** French is typed plainly and set in French typography, as the portal's words are. */
const set = (text) => text.replace(/ (?=[:»])|(?<=«) /g, "\u00a0").replace(/ (?=[;!?%])/g, "\u202f");
const CATALOGUES = { fr: Object.fromEntries(Object.entries(FR).map(([key, text]) => [key, set(text)])), en: EN };

/** The language of an element's surroundings, of those that widgets speak: French unless the page is in English. */
export function languageOf(element) {
  const said = element.closest("[lang]")?.lang || document.documentElement.lang;
  return /^en\b/i.test(said) ? "en" : "fr";
}

/** A text of the catalogue, filled in. French takes the singular for 0 and 1, English for 1 alone. */
export function say(language, key, values = {}) {
  let text = CATALOGUES[language][key];
  if ("count" in values) {
    const [one, many] = text.split(" | ");
    const isOne = language === "fr" ? values.count < 2 : values.count === 1;
    text = isOne ? one : many;
  }
  return text.replace(/\{(\w+)\}/g, (_, name) => (name === "count" ? number(language, values.count) : values[name]));
}

const LOCALES = { fr: "fr-FR", en: "en-GB" };
export const number = (language, value) => new Intl.NumberFormat(LOCALES[language]).format(value);
export const euros = (language, value) =>
  new Intl.NumberFormat(LOCALES[language], { style: "currency", currency: "EUR", maximumFractionDigits: 0 }).format(value);
export const day = (language, value) =>
  new Intl.DateTimeFormat(LOCALES[language], { dateStyle: "long" }).format(new Date(value));
