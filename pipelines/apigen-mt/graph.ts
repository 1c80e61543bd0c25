import { type Random, random } from "../../stages/random.ts"
import type { Domain, GraphNode } from "./domains/domain.ts"

/** Only what the graph needs of a domain, so that tests can draw a small one. */
export type GraphDomain = Pick<Domain, "graph" | "writeEdges">

export interface ApiEdge {
  readonly from: string
  readonly to: string
  /** Entity types that `from` gives and `to` takes; empty for an edge that only policy makes (write to write). */
  readonly via: ReadonlyArray<string>
}

/**
 * The API graph (APIGen-MT, arXiv 2504.03601, section 4.1.1): A -> B where an argument of B can be filled from A's output
 * and the policy allows the pair. From a read every such edge is allowed; from one write to another only those that the
 * domain lists, since the policy, not the data, decides what may follow a change.
 */
export const apiEdges = (domain: GraphDomain): ReadonlyArray<ApiEdge> => {
  const edges: Array<ApiEdge> = []
  for (const from of domain.graph) {
    for (const to of domain.graph) {
      const via = from.produces.filter((type) => to.consumes.includes(type))
      if (from.kind === "write" && to.kind === "write") {
        if (hasWriteEdge(domain, from.tool, to.tool)) edges.push({ from: from.tool, to: to.tool, via })
      } else if (from.kind === "read" && from.tool !== to.tool && via.length > 0) {
        edges.push({ from: from.tool, to: to.tool, via })
      }
    }
  }
  return edges
}

const hasWriteEdge = (domain: GraphDomain, from: string, to: string): boolean =>
  domain.writeEdges.some((edge) => edge.from === from && edge.to === to)

export const writeTools = (domain: GraphDomain): ReadonlyArray<string> =>
  domain.graph.filter((node) => node.kind === "write").map((node) => node.tool)

/** A walk over writes is legal where each step goes along an edge. */
export const isLegalWalk = (domain: GraphDomain, walk: ReadonlyArray<string>): boolean => {
  const writes = new Set(writeTools(domain))
  return (
    walk.every((tool) => writes.has(tool)) &&
    walk.every((tool, index) => index === 0 || hasWriteEdge(domain, walk[index - 1] as string, tool))
  )
}

/**
 * The write that item `n` starts with. Choosing by inverse past frequency, one item after the other, makes all writes
 * equally frequent; items run at the same time, so none knows the others' past. The same end is reached without it: the
 * items go through the writes in blocks, each block in its own random order, so that after any number of items no write
 * has started more than one task more than another.
 */
export const startWrite = (domain: GraphDomain, seed: string, n: number): string => {
  const writes = writeTools(domain)
  const block = Math.floor(n / writes.length)
  return random(`${seed}/start/${block}`).shuffle(writes)[n % writes.length] as string
}

/**
 * A random walk of at most `length` writes along allowed edges; shorter where the graph ends. Among the next steps, those
 * that the walk has not taken yet are likelier: weight 1 / (1 + times taken).
 */
export const writeWalk = (
  domain: GraphDomain,
  options: { readonly start: string; readonly length: number; readonly random: Random }
): ReadonlyArray<string> => {
  const walk = [options.start]
  while (walk.length < options.length) {
    const last = walk[walk.length - 1] as string
    const next = writeTools(domain).filter((tool) => hasWriteEdge(domain, last, tool))
    if (next.length === 0) break
    walk.push(options.random.weighted(next, (tool) => 1 / (1 + walk.filter((taken) => taken === tool).length)))
  }
  return walk
}

/**
 * The writes with, before each, the reads on the shortest producer paths to what it takes, each read once. Types that no
 * read gives are the user's to tell.
 */
export const withReads = (domain: GraphDomain, writes: ReadonlyArray<string>): ReadonlyArray<string> => {
  const nodes = new Map(domain.graph.map((node) => [node.tool, node]))
  const producers = cheapestProducers(domain.graph)
  const walk: Array<string> = []
  const have = new Set<string>()

  const provide = (types: ReadonlyArray<string>, pending: ReadonlySet<string>): void => {
    for (const type of types) {
      if (have.has(type) || pending.has(type)) continue
      const producer = producers.get(type)
      if (producer === undefined) continue
      provide(producer.consumes, new Set([...pending, type]))
      if (!walk.includes(producer.tool)) walk.push(producer.tool)
      for (const given of producer.produces) have.add(given)
    }
  }

  for (const tool of writes) {
    provide(nodes.get(tool)?.consumes ?? [], new Set())
    walk.push(tool)
  }
  return walk
}

/** For each entity type the read that gives it after the fewest calls; the first in the graph wins a tie. */
const cheapestProducers = (graph: ReadonlyArray<GraphNode>): ReadonlyMap<string, GraphNode> => {
  const reads = graph.filter((node) => node.kind === "read")
  const producible = new Set(reads.flatMap((node) => node.produces))
  const cost = new Map<string, number>()
  const best = new Map<string, GraphNode>()
  const costOf = (type: string) => (producible.has(type) ? (cost.get(type) ?? Number.POSITIVE_INFINITY) : 0)
  // Costs only fall, and each pass settles one more layer of the graph, so this ends.
  for (let changed = true; changed; ) {
    changed = false
    for (const node of reads) {
      const total = 1 + Math.max(0, ...node.consumes.map(costOf))
      for (const type of node.produces) {
        if (total < costOf(type)) {
          cost.set(type, total)
          best.set(type, node)
          changed = true
        }
      }
    }
  }
  return best
}
