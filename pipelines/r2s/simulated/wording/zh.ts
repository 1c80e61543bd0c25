import { shortTitle } from "../short-title.ts"
import { otherNumber } from "./other-number.ts"
import { rarestFirst } from "./rarest-first.ts"
import type { Wording } from "./wording.ts"

/** Where what a sentence is about usually ends. */
const AFTER_TOPIC =
  /[是由在于有为被以用从到把会能可将，、：；。！？（）“”\s\d]|已经|分为|位于|需要|因为|一般|通常|大约/u
const BREAK = /[的是由在于有为被以用从到把会能可将和与及或了着过也都就还又很最更，、：；。！？（）“”《》\s\d]+/u
const INTRODUCTION = /^(?:在|当|从|到|由于|因为|虽然|尽管|如果|除了|经过|随着|今天|如今|后来|此后|此外|同时|公元|\d)/u
const PRONOUN = /^(?:它们?|他们?|她们?|这些?|那些?|其中?|此|人们|当时|不过|但|而)/u

const topicOf: Wording["topicOf"] = (sentence, { title }) => {
  const comma = sentence.indexOf("，")
  const main = INTRODUCTION.test(sentence) && comma > 0 && comma < 24 ? sentence.slice(comma + 1) : sentence
  const topic = main.split(AFTER_TOPIC)[0] ?? ""
  const isWhole = topic.length >= 2 && topic.length <= 8 && !topic.endsWith("的") && !PRONOUN.test(topic)
  return isWhole ? topic : (shortTitle(title) ?? "这件事")
}

const keysOf: Wording["keysOf"] = (sentence, topic, body) =>
  rarestFirst(
    sentence
      .slice(sentence.indexOf(topic) + 1)
      .split(BREAK)
      .map((part) => part.slice(0, 6))
      .filter((part) => [...part].length >= 2 && !topic.includes(part) && !part.includes(topic) && !PRONOUN.test(part)),
    body
  )

export const zh: Wording = {
  topicOf,
  keysOf,
  mostKeys: 1,
  andWord: "”和“",
  kindOf: (sentence) => {
    if (/因为|由于|所以|因此|以便/u.test(sentence)) return "causal"
    if (/\d{3,4}年|世纪|年代|时期|朝/u.test(sentence)) return "temporal"
    if (/叫做|称为|被称|名叫|意思/u.test(sentence)) return "definition"
    if (/相比|不同|比.{1,10}(?:更|大|小|高|低|多|少)/u.test(sentence)) return "comparison"
    return /[\d一二三四五六七八九十百千万]+(?:个|只|米|公里|克|件|种|人|年|天|字|厘米|千克|吨|度)/u.test(sentence)
      ? "quantity"
      : "factual"
  },
  hints: [
    (key) => `我好像听人提过“${key}”。`,
    (key) => `我记得跟“${key}”有点关系。`,
    (key) => `有人跟我讲过“${key}”。`,
    (key) => `我笔记上只写着“${key}”。`
  ],
  questions: {
    causal: [
      (topic) => `说到${topic}，这是什么缘故？`,
      (topic) => `${topic}为什么会这样呢？`,
      (topic) => `${topic}背后有什么原因吗？`
    ],
    temporal: [
      (topic) => `${topic}要追溯到什么时候？`,
      (topic) => `说到${topic}，那是哪个年代的事？`,
      (topic) => `${topic}的时间您清楚吗？`
    ],
    definition: [(topic) => `${topic}有什么说法吗？`, (topic) => `人们怎么称呼${topic}呢？`],
    comparison: [(topic) => `${topic}跟别的比起来怎么样？`, (topic) => `${topic}有什么不一样的地方吗？`],
    quantity: [
      (topic) => `${topic}有具体的数目吗？`,
      (topic) => `说到${topic}，大概是多少呢？`,
      (topic) => `您能给${topic}报个数吗？`
    ],
    follow_up: [
      (topic) => `您能给我讲讲${topic}吗？`,
      (topic) => `关于${topic}，我该知道些什么？`,
      (topic) => `那${topic}又是怎么回事？`,
      (topic) => `${topic}有什么讲究吗？`,
      (topic) => `再说说${topic}好吗？`,
      (topic) => `我想问问，${topic}的情况如何？`,
      (topic) => `${topic}有什么值得一提的？`,
      (topic) => `请问${topic}该怎么理解？`
    ]
  },
  phrases: {
    question_answer: { a: [], b: ["", "", "好的。", "当然。", "可以。", "没问题。"] },
    statement_inquiry: {
      a: [
        (topic) => `去年冬天我想好好读一读${topic}，读到一半就放下了。`,
        (topic) => `我有个朋友一吃饭就爱聊${topic}。`,
        (topic) => `我以前在班上讲过一次${topic}。`,
        (topic) => `前几天孩子问起我${topic}来。`
      ],
      b: []
    },
    statement_explanation: {
      a: [
        (topic) => `看来${topic}在这里也占一席之地。`,
        (topic) => `我听说${topic}还有不少名堂。`,
        (topic) => `常有人把${topic}挂在嘴边。`,
        (topic) => `这么说，${topic}也值得一讲了。`,
        (topic) => `当然了，还有${topic}这一桩。`
      ],
      b: ["没错。", "是的。", "对。", "嗯。"]
    },
    opinion_rebuttal: {
      a: [
        (topic) => `说实话，${topic}没什么好讲的吧。`,
        (topic) => `我总觉得${topic}挺没意思的。`,
        (topic) => `依我看，${topic}不值得多费口舌。`,
        (topic) => `恐怕没几个人关心${topic}了。`
      ],
      b: ["我觉得不是这样。", "我倒觉得不然。", "我不这么看，我觉得很有意思。"]
    },
    opinion_agreement: {
      a: [
        (topic) => `我很喜欢听您讲${topic}。`,
        (topic) => `${topic}真有意思，我越听越爱听。`,
        (topic) => `能听到${topic}，我觉得太好了。`,
        (topic) => `我个人觉得${topic}特别迷人。`
      ],
      b: ["我也觉得。", "我也喜欢。", "我同意。"]
    }
  },
  vague: [
    (title) => `说到${title}，我都不知道从哪儿问起，您看呢？`,
    (title) => `${title}可问的太多了，您有什么建议吗？`,
    (title) => `关于${title}，您能帮我理一理吗？`
  ],
  askBack: [
    (one, other) => `您是想听${one}，还是想听${other}？`,
    (one, other) => `您想先聊${one}，还是先聊${other}呢？`,
    (one, other) => `您心里想的是${one}，还是${other}？`
  ],
  oneTopicOnly: (topic) => `您想问的是${topic}吗？`,
  clarified: ["先说前一个吧。", "就从第一个说起。", "我想听前面那个。"],
  farewells: [
    ["谢谢您，今天真是长了见识。", "不客气，再见！祝您愉快！"],
    ["太感谢了，我回去讲给家里人听。", "不用谢，希望您一切顺利！"],
    ["耽误您这么久，我先告辞了。", "没问题，祝您一路平安！"],
    ["听您一席话，我心里明白多了，多谢。", "不客气，很高兴能帮到您！"],
    ["好，那我就不打扰了，改天再来请教。", "再见，随时欢迎您来！"]
  ],
  askOn: [
    "是吗？后来怎么样了？",
    "真的吗？您最感兴趣的是哪一点？",
    "哦？那您当时是怎么想的呢？",
    "原来如此，您还记得些什么吗？"
  ],
  unknown: ["这个我不太清楚。", "这一点我也不知道。"],
  seekers: [
    (title) => `想多了解${title}的游客`,
    (title) => `要准备${title}演讲的学生`,
    (title) => `对${title}感兴趣的退休邻居`,
    () => "总被孩子追问的家长",
    () => "刚开始做调查的记者"
  ],
  helpers: [
    (title) => `熟悉${title}的讲解员`,
    (title) => `读过许多${title}资料的馆员`,
    () => "有耐心的老师",
    () => "在这一行做了多年的同事"
  ],
  purpose: (topic) => `谈到${topic}`,
  roleSteps: (logic) => ROLE_STEPS[logic],
  thought: (topic) => `甲想知道${topic}，有一句话正好说到，乙就用这句话回答。`,
  untitled: "这个话题",
  space: "",
  mistakes: {
    otherNumber,
    inventedFact: "这是1713年由商人温洛克出资完成的。",
    denied: (passage) => `事实恰恰相反，并非${passage}`,
    unfounded: ["大象每年都用糖糕庆祝生日。", "小提琴手下雨天偏爱紫色窗帘。", "企鹅每到春天就投票选邮差。"],
    metaTalk: (passage) => `根据上述文档，${passage}`,
    otherLanguage: "Let me answer this one in English, since that is what I happen to speak today.",
    leak: (passage) => `${passage.replace(/[。！？；]$/u, "")}，对吗？`,
    inventedPassage: "看守人的工钱是邻谷的女院长用咸黄油支付的"
  }
}

const ROLE_STEPS = {
  question_answer: "甲提问；乙用原句回答",
  question_question: "甲问得笼统；乙反问",
  statement_inquiry: "甲讲自己的事；乙追问",
  statement_explanation: "甲说一件事；乙用原句补充",
  opinion_rebuttal: "甲表示怀疑；乙用原句反驳",
  opinion_agreement: "甲表示喜欢；乙附和"
} as const
