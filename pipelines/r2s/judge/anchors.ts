/**
 * Scored dialogues about one invented document, shown to the judge for calibration: one good, one middling, one poor. The paper's
 * script shows two that differ by a point, which compresses its scores; a poor one stretches the scale (section 6, item 7).
 */
export const ANCHOR_DOCUMENT =
  "The ferry at Ollenby crosses the Strand twice an hour from April to October. It carries twelve people and no cars. The first boat was built in 1926 by the joiner Per Holm, who sold its tickets himself until 1951. In winter the crossing is closed because ice drifts down from the upper lake."

export const ANCHORS: ReadonlyArray<{
  readonly dialogue: string
  readonly scores: string
}> = [
  {
    dialogue: `1 A: My sister wants to bring her car over at Ollenby next week. Will the ferry take it?
1 B: I am afraid not: the boat carries twelve people, but no cars. She would have to leave it on this side.
2 A: That is a pity, but thank you. Is the boat still the old one that the joiner built?
2 B: The first one was Per Holm's, from 1926, and he sold its tickets himself until 1951. I do not know whether it still sails.`,
    scores:
      '{"turns":[{"id":1,"informativeness":4.5,"understanding":5,"helpfulness":4.5,"loyalty":4.5,"flexibility":4},{"id":2,"informativeness":4,"understanding":4.5,"helpfulness":4,"loyalty":5,"flexibility":4}],"consistency":5,"coherence":4.5,"emotion":4}'
  },
  {
    dialogue: `1 A: When does the ferry run?
1 B: It crosses twice an hour from April to October.
2 A: Who built the boat?
2 B: The joiner Per Holm built it.`,
    scores:
      '{"turns":[{"id":1,"informativeness":2.5,"understanding":3.5,"helpfulness":3.5,"loyalty":4,"flexibility":2.5},{"id":2,"informativeness":2,"understanding":3.5,"helpfulness":3,"loyalty":3,"flexibility":2.5}],"consistency":4,"coherence":2.5,"emotion":1.5}'
  },
  {
    dialogue: `1 A: Is the crossing open in winter?
1 B: Yes, all year, and it takes up to forty cars.
2 A: Is the crossing open in winter?
2 B: Ferries are a means of transport.`,
    scores:
      '{"turns":[{"id":1,"informativeness":2,"understanding":2,"helpfulness":0.5,"loyalty":0,"flexibility":1},{"id":2,"informativeness":0,"understanding":0.5,"helpfulness":0,"loyalty":"NA","flexibility":1}],"consistency":1,"coherence":0.5,"emotion":0}'
  }
]
