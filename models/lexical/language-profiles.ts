/** Languages that the lexical model tells apart, by ISO 639-1; "und" where it cannot say. */
export const LANGUAGES = ["en", "zh", "ja", "ko", "de", "fr", "es", "pt", "it", "ru", "ar", "hi"] as const
export type Language = (typeof LANGUAGES)[number]

export type LatinLanguage = "en" | "de" | "fr" | "es" | "pt" | "it"

/** Common words of languages in Latin letters. A word that several share counts for each of them in part. */
const COMMON: Readonly<Record<LatinLanguage, string>> = {
  en: `the of and to in is you that it he was for on are as with his they at be this have from or had by but what some we can out
    other were all there when up use your how said an each she which do their time if will way about many then them would like so
    these her him has two could no make than first been its who now my made over did down only find long get may after i me not
    please thank thanks hello hi yes sorry help need want order know could should just any more our us don't i'm it's i'd i'll
    good much very here where why does let great sure okay happy today tomorrow`,
  de: `der die das und ist in den von zu mit sich auf für nicht ein eine einen einem einer als auch es an werden aus er hat dass sie
    nach wird bei noch wie über so um oder war haben nur aber vor zur bis mehr durch man dann ich du wir ihr mir mich dich uns euch
    mein meine ihre ihren bitte danke hallo ja nein kann können möchte gerne wenn weil was wer wo warum hier sehr gut heute morgen
    schon immer diese dieser dieses sind habe sein`,
  fr: `le la les de des du un une et est en que qui dans pour pas ce il elle on ne se sur au aux avec son sa ses plus par je vous nous
    ils elles mais ou où comme sont été cette ces tout tous leur leurs si bien être avoir fait faire peut mon ma mes votre vos notre
    merci bonjour oui non très aussi quand comment pourquoi c'est j'ai d'un d'une qu'il n'est aujourd'hui demain ici suis avez`,
  es: `el la los las de del un una y es en que no por con para su sus se lo como más pero al le ya o este esta esto estos sí porque
    entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni contra otros ese eso ante
    ellos mi mis tu tus yo usted ustedes gracias hola por favor está están soy tengo puede puedo quiero hacer bien hoy mañana qué
    cómo cuándo son era fue`,
  pt: `o a os as de do da dos das um uma e é em no na nos nas que não por com para seu sua se como mais mas ao ele ela foi isso este
    esta são está muito já eu também só pelo pela até sem ou quando mesmo aos ter você vocês meu minha obrigado obrigada olá sim bom
    dia tem quero posso pode fazer aqui hoje amanhã onde porque quem nós eles elas estou era ser há`,
  it: `il lo la i gli le di del della dei delle un una e è in che non per con su sono come più ma al alla da dal si se ci anche questo
    questa questi queste quello mi ti io tu lui lei noi voi loro suo sua ho hai ha abbiamo essere stato fatto molto bene grazie ciao
    buongiorno sì no perché quando dove chi cosa quanto oggi domani vorrei posso può fare nel nella degli ancora già solo tutto`
}

const commonIn = new Map<string, Array<LatinLanguage>>()
for (const [language, words] of Object.entries(COMMON) as Array<[LatinLanguage, string]>) {
  for (const word of new Set(words.split(/\s+/))) commonIn.set(word, [...(commonIn.get(word) ?? []), language])
}

/** The languages in which a word is common. */
export const languagesOf = (word: string): ReadonlyArray<LatinLanguage> => commonIn.get(word) ?? []

/** Letters and endings that are at home in few of the languages. Each pattern looks at one word. */
export const HINTS: ReadonlyArray<readonly [pattern: RegExp, languages: ReadonlyArray<LatinLanguage>]> = [
  [/ß/u, ["de"]],
  [/[äö]/u, ["de"]],
  [/ü/u, ["de", "es"]],
  [/ñ/u, ["es"]],
  [/[ãõ]/u, ["pt"]],
  [/ç/u, ["fr", "pt"]],
  [/[êâîûœ]/u, ["fr", "pt"]],
  [/[ëï]/u, ["fr"]],
  [/[àèù]/u, ["fr", "it"]],
  [/[ìò]/u, ["it"]],
  [/[íáú]/u, ["es", "pt"]],
  [/ó/u, ["es", "pt"]],
  [/ción$/u, ["es"]],
  [/ção$|ções$/u, ["pt"]],
  [/zione$|zioni$/u, ["it"]],
  [/(?:ung|keit|heit|lich)$/u, ["de"]],
  [/(?:eux|aient|ement)$/u, ["fr"]],
  [/(?:ing|ness|ght)$/u, ["en"]]
]

/** Letters that none of the languages in Latin script has. */
export const STRANGE_LATIN = /[ąćęłńśźżčďěňřšťůžđğışőűåøæþðăîșțơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/u
