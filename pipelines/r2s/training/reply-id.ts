/** The id of one reply: "harrow-weir#0-stepwise-0@3". */
export const replyId = (dialogue: string, round: number): string => `${dialogue}@${round}`
