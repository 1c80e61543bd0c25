import { type Defect, turnsOf, withText } from "./defect.ts"
import { appended, type DefectLanguage, languageOf } from "./language.ts"

/** Mild, and toxic beyond doubt: insults, contempt, threats; no slur against any group. */
const LINES: Readonly<Record<DefectLanguage, ReadonlyArray<string>>> = {
  en: [
    "You really are an idiot, aren't you?",
    "What a pathetic excuse for a person you are.",
    "Shut up and do as you are told, moron.",
    "Only a complete imbecile would ask for that.",
    "You make me sick, you worthless piece of garbage.",
    "Are you stupid, or just pretending to be?",
    "I hope you lose everything, you miserable loser.",
    "Go to hell and stay there.",
    "People like you are a waste of air.",
    "I will find out where you live and make you regret this.",
    "What the hell is wrong with you, you dimwit?",
    "This is bullshit and you damn well know it.",
    "Nobody likes you, and I can see why, you ugly fool.",
    "You lying scumbag, you have wasted my whole day.",
    "Get lost, you braindead clown.",
    "I despise every word out of your filthy mouth.",
    "You are too dumb to breathe.",
    "Screw you and your whole rotten company.",
    "One more word and I will smash your face in.",
    "You disgusting little worm, do your job."
  ],
  zh: [
    "你是不是脑子有病？",
    "你真是个蠢货。",
    "滚远点，别在这儿丢人现眼。",
    "像你这样的废物活着有什么用？",
    "闭嘴吧，白痴。",
    "你个骗子，不得好死。",
    "没见过你这么恶心的人。",
    "再啰嗦我就找人收拾你。",
    "你这种垃圾也配说话？",
    "他妈的，浪费老子一整天。",
    "你笨得像头猪。",
    "真不要脸，贱人。",
    "去死吧你。",
    "一群没用的王八蛋。"
  ]
}

/** A line that insults, threatens or demeans, at the end of a turn or in its place. */
export const toxicTurn: Defect = {
  name: "toxic-turn",
  family: "safety",
  description: "A turn insults, threatens or demeans the other party.",
  plant: (subject, random) => {
    const { messages } = subject
    const turns = turnsOf(messages, ["user", "assistant"])
    if (turns.length === 0) return null
    const language = languageOf(subject)
    const index = random.pick(turns)
    const line = random.pick(LINES[language])
    const isWhole = random.boolean(0.5)
    return withText(messages, index, isWhole ? line : appended(messages[index]?.content ?? "", line, language))
  }
}
