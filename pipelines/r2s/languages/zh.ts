import type { LanguagePack, WorkedExample } from "./language-pack.ts"

const BRIDGE: WorkedExample = {
  title: "云溪廊桥",
  document:
    "云溪廊桥建于1694年，出资人是木匠沈伯年。桥长四十二米，全桥没有用一根铁钉，靠榫卯相接。桥面上盖着青瓦长廊，因为当地每年有一百六十天在下雨。1821年的洪水冲走了东侧的两间桥屋，三年后村民照原样重建。廊柱上刻着七十二首诗，其中最早的一首写于明代，是从旧桥上移来的。每逢初五，邻近六个村子的人在桥上赶集。1956年曾有人提议改建石桥，村民联名反对，木桥因此保留了下来。",
  characters: { a: "喜欢木工的退休教师", b: "在桥头守了多年的讲解员" },
  rounds: [
    {
      a: "我周五到云溪，想看看那座桥，您能给我讲讲吗？",
      b: "欢迎您来！您是想听它怎么造的，还是想听桥上的热闹事？",
      logic_type: "question_question",
      search: "游客想了解廊桥的哪一方面",
      found: null,
      free_text: "来意说得笼统，造法和风俗都有得讲，所以先问清楚。",
      progress: "start",
      role_steps: "甲问得笼统；乙反问想听哪一方面",
      purpose: "弄清来意",
      question_logic: "clarification"
    },
    {
      a: "我做过木工，想听造法。这么长的桥，木头是用什么连起来的？",
      b: "全桥没有用一根铁钉，四十二米都是靠榫卯接起来的。",
      logic_type: "question_answer",
      search: "廊桥的连接方法",
      found: "桥长四十二米，全桥没有用一根铁钉，靠榫卯相接",
      free_text: "原句说明了长度、没有铁钉、用榫卯，正好回答。",
      progress: "continue",
      role_steps: "甲说明想听造法；乙讲榫卯",
      purpose: "讲清桥的造法",
      question_logic: "procedural"
    },
    {
      a: "桥上还盖着瓦顶，想必是为了好看吧。",
      b: "好看是一方面，主要还是挡雨：我们这里每年有一百六十天在下雨，所以才盖了青瓦长廊。",
      logic_type: "statement_explanation",
      search: "盖长廊的原因",
      found: "桥面上盖着青瓦长廊，因为当地每年有一百六十天在下雨",
      free_text: "甲说出一个看法，原句给出了真正的原因，可以补充。",
      progress: "deepen",
      role_steps: "甲猜测瓦顶的用途；乙补充下雨的天数",
      purpose: "说明长廊的用处",
      question_logic: null
    },
    {
      a: "木头桥再结实，我看也经不起大水。",
      b: "这话我不太赞成。1821年的洪水只冲走了东侧的两间桥屋，三年后村民就照原样重建了。",
      logic_type: "opinion_rebuttal",
      search: "洪水对廊桥的损坏",
      found: "1821年的洪水冲走了东侧的两间桥屋，三年后村民照原样重建",
      free_text: "甲怀疑木桥的牢固，洪水的史实可以反驳。",
      progress: "deepen",
      role_steps: "甲表示怀疑；乙用史实反驳",
      purpose: "纠正印象",
      question_logic: null
    },
    {
      a: "我在家里也照着榫卯做过一只小凳子。",
      b: "那可真不简单！您做了多久才做成？",
      logic_type: "statement_inquiry",
      search: "甲做过的木工活",
      found: null,
      free_text: "甲说起自己的经历，乙表示兴趣并追问，不需要查什么。",
      progress: "continue",
      role_steps: "甲讲自己的木工；乙追问",
      purpose: "让甲多说几句",
      question_logic: null
    },
    {
      a: "整整一个冬天。对了，柱子上刻的那些字有多老？",
      b: "柱上一共刻着七十二首诗，最早的一首写于明代，是从旧桥上移过来的。",
      logic_type: "question_answer",
      search: "廊柱上诗的年代",
      found: "廊柱上刻着七十二首诗，其中最早的一首写于明代，是从旧桥上移来的",
      free_text: "原句给出了首数和最早的年代。",
      progress: "deepen",
      role_steps: "甲问刻字的年代；乙说出首数和年代",
      purpose: "由桥讲到桥上的诗",
      question_logic: "temporal"
    },
    {
      a: "那后来怎么没有换成石桥呢？",
      b: "1956年倒是有人提议过，可是村民联名反对，木桥就保留下来了。",
      logic_type: "question_answer",
      search: "没有改建石桥的原因",
      found: "1956年曾有人提议改建石桥，村民联名反对，木桥因此保留了下来",
      free_text: "原句说明了时间和反对的经过。",
      progress: "continue",
      role_steps: "甲问为什么没改石桥；乙讲村民反对",
      purpose: "说明木桥为何还在",
      question_logic: "causal"
    },
    {
      a: "多亏了他们，听您一席话，我更想去了。",
      b: "那就桥头见，路上慢走！",
      logic_type: "opinion_agreement",
      search: "道别",
      found: null,
      free_text: "甲表示感谢，乙客气作别，不再加新内容。",
      progress: "end",
      role_steps: "甲感慨并致谢；乙道别",
      purpose: "结束谈话",
      question_logic: null
    }
  ]
}

const TEA: WorkedExample = {
  title: "雾岭雪芽",
  document:
    "雾岭雪芽是产于雾岭北坡的绿茶，茶园海拔一千三百米。采茶只在清明前后的十二天里进行，过了这段时间芽叶就会变苦。一斤干茶要用四万八千个芽头。茶农把鲜叶摊在竹匾上晾六个小时，再用八十度的铁锅炒干。这种茶的名字出自诗人陆远的《雾岭行》，他把茶芽上的白毫比作初雪。2004年的霜冻毁掉了南边的老茶园，如今那里改种了竹子。冲泡时水温以七十五度为宜，水太烫会使茶汤发黄。",
  characters: { a: "刚开始学茶的年轻人", b: "雾岭的老茶农" },
  rounds: [
    {
      a: "我听说雾岭雪芽一年到头都能采。",
      b: "其实只采清明前后那十二天，再晚芽叶就发苦了。",
      logic_type: "statement_explanation",
      search: "采茶的时间",
      found: "采茶只在清明前后的十二天里进行，过了这段时间芽叶就会变苦",
      free_text: "甲的说法不准，原句给出了时间和原因。",
      progress: "start",
      role_steps: "甲说出听来的话；乙补上采茶的时间",
      purpose: "把采茶的时间说准",
      question_logic: null
    },
    {
      a: "才十二天！那一斤茶得用多少芽头？",
      b: "要四万八千个芽头，才炒得出一斤干茶。",
      logic_type: "question_answer",
      search: "一斤干茶的芽头数",
      found: "一斤干茶要用四万八千个芽头",
      free_text: "问的是数量，原句正好有。",
      progress: "deepen",
      role_steps: "甲问数量；乙说出芽头数",
      purpose: "说明用料之多",
      question_logic: "quantity"
    },
    {
      a: "炒茶的火候有什么讲究？",
      b: "您是问炒之前怎么晾，还是问锅里的温度？",
      logic_type: "question_question",
      search: "甲想问炒茶的哪一步",
      found: null,
      free_text: "炒茶有几步，先问清楚是哪一步。",
      progress: "continue",
      role_steps: "甲问火候；乙反问是哪一步",
      purpose: "弄清要问的步骤",
      question_logic: "clarification"
    },
    {
      a: "两样都想知道。",
      b: "鲜叶先摊在竹匾上晾六个小时，然后下八十度的铁锅炒干。",
      logic_type: "question_answer",
      search: "晾青和炒干的做法",
      found: "茶农把鲜叶摊在竹匾上晾六个小时，再用八十度的铁锅炒干",
      free_text: "甲说两样都要，原句依次写了两步。",
      progress: "continue",
      role_steps: "甲说明都想听；乙依次讲两步",
      purpose: "讲清做法",
      question_logic: "procedural"
    },
    {
      a: "我昨天用滚水泡了一杯，颜色怪怪的。",
      b: "是吗？您的茶叶泡了多长时间？",
      logic_type: "statement_inquiry",
      search: "甲昨天怎么泡茶",
      found: null,
      free_text: "甲讲自己的经历，乙先问清情况。",
      progress: "continue",
      role_steps: "甲讲泡茶的经过；乙追问",
      purpose: "了解甲的泡法",
      question_logic: null
    },
    {
      a: "没多久。我觉得水越烫，茶就越香。",
      b: "这我可不同意：七十五度的水最合适，太烫了茶汤会发黄。",
      logic_type: "opinion_rebuttal",
      search: "适宜的水温",
      found: "冲泡时水温以七十五度为宜，水太烫会使茶汤发黄",
      free_text: "甲的看法与原句相反，可以用水温和后果反驳。",
      progress: "deepen",
      role_steps: "甲主张用烫水；乙用水温反驳",
      purpose: "纠正泡法",
      question_logic: null
    },
    {
      a: "受教了。雪芽这个名字是怎么来的？",
      b: "出自诗人陆远的《雾岭行》，他把茶芽上的白毫比作初雪。",
      logic_type: "question_answer",
      search: "雪芽名字的来历",
      found: "这种茶的名字出自诗人陆远的《雾岭行》，他把茶芽上的白毫比作初雪",
      free_text: "原句写明了诗人、诗名和比喻。",
      progress: "deepen",
      role_steps: "甲问名字的来历；乙讲诗人与诗",
      purpose: "说明名字的由来",
      question_logic: "factual"
    },
    {
      a: "真雅致！我这就去买支温度计。",
      b: "好主意，盼您喝到一杯好茶。",
      logic_type: "opinion_agreement",
      search: "道别",
      found: null,
      free_text: "甲赞叹并告辞，乙附和作别。",
      progress: "end",
      role_steps: "甲赞叹并告辞；乙附和",
      purpose: "结束谈话",
      question_logic: null
    }
  ]
}

export const zh: LanguagePack = {
  tag: "zh",
  name: "Chinese",
  examples: [BRIDGE, TEA],
  metaTalk:
    /(?:根据|依据|按照|参考|基于)(?:上述|上面|以上|所给|给定的?|提供的?|所提供的?|该|这[段篇份])?(?:文档|文本|原文|材料|资料|段落|上下文)|[这该本此](?:段|篇|份)(?:文档|文本|文章|原文|材料|资料|段落|文字)|[这该本此](?:文档|文本|文章|原文)|(?:文档|原文|文章|文本|上文|文中|参考资料)(?:里|中|内)?(?:提到|提及|说明?了?|指出|写道|写明|描述|记载|显示|没有(?:提到|提及|说明))|(?:上述|以上|给定的?|所给的?|提供的|参考)(?:文档|文本|文章|原文|段落|上下文)|如上所述|文档/u,
  nothingFound:
    /^[\s\p{P}]*(?:无|没有|空|不需要|无需|未提及|未找到|没有找到|找不到|不适用|(?:没有|无|暂无)(?:直接|相关)?(?:的)?(?:信息|内容|资料|原文)|(?:文中|原文|文档)?(?:没有|未)(?:直接)?(?:提到|提及|说明)(?:相关)?(?:信息|内容)?)[\s\p{P}]*$/u,
  placeholder:
    /^[\s\p{P}]*(?:x{2,}|某{2,}|【[^】]{0,40}】|\[[^\]]{0,40}\]|待填|占位|省略|此处省略.{0,40})?[\s\p{P}]*$/iu
}
