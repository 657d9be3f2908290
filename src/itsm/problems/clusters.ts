import { gramsOf, rarityOf, sharedTerms } from '../search.ts'

/** What is compared of an incident. */
export type Symptom = {
  id: string
  title: string
  text: string
  category: string | null
  ci_ids: readonly string[]
}

export type Cluster = {
  incident_ids: string[]
  /** The title of the one that is most like the others. */
  title: string
  /** The mean likeness of the others to that one, 0 to 1. */
  similarity: number
  category: string | null
  ci_ids: string[]
  terms: string[]
}

export type ClusterInput = { symptoms: Symptom[]; minSize: number }

type Entry = Symptom & { vector: Map<string, number> }

/** From where on two are about the same; the same category or CI speaks for it besides. */
const threshold = 0.55
const leastText = 0.3
const categoryWeight = 0.08
const ciWeight = 0.2

/** What bounds the work: the rarest grams of a text, and the texts that are looked up of each. */
const probes = 12
const looked = 40
const compared = 20

/** How many members of a cluster are held against each other to find its title. */
const sampled = 30

/**
 * Incidents that are about the same, in clusters, the largest first. Two are joined whose texts are alike
 * (cosine of their grams, the rare ones counting most), and what is joined to the same one is together: a
 * union–find over pairs out of an inverted index, so that the work grows with the number of incidents
 * and not with its square.
 */
export function clusterSymptoms({ symptoms, minSize }: ClusterInput): Cluster[] {
  const entries = vectorsOf(symptoms)
  const parents = entries.map((_, n) => n)
  const find = (n: number): number => {
    let root = n
    while (parents[root] !== root) root = parents[root] as number
    for (let at = n; at !== root; ) {
      const next = parents[at] as number
      parents[at] = root
      at = next
    }
    return root
  }
  const postings = new Map<string, number[]>()
  for (const [n, entry] of entries.entries()) {
    const keys = keysOf(entry)
    for (const other of likeliest(keys, postings, (at) => find(at) !== find(n))) {
      const isOther = find(other) !== find(n)
      if (isOther && isAlike(entry, entries[other] as Entry)) parents[find(n)] = find(other)
    }
    for (const key of keys) {
      const posting = postings.get(key)
      if (posting) posting.push(n)
      else postings.set(key, [n])
    }
  }
  const groups = new Map<number, Entry[]>()
  for (const [n, entry] of entries.entries()) {
    const root = find(n)
    groups.set(root, [...(groups.get(root) ?? []), entry])
  }
  return [...groups.values()]
    .filter(({ length }) => length >= minSize)
    .map(describe)
    .sort((one, two) => two.incident_ids.length - one.incident_ids.length)
}

/** Unit vectors; a gram counts by how rare it is among all of them. */
function vectorsOf(symptoms: readonly Symptom[]): Entry[] {
  const sets = symptoms.map(({ text }) => new Set(gramsOf(text).map(({ gram }) => gram)))
  const counts = new Map<string, number>()
  for (const set of sets) for (const gram of set) counts.set(gram, (counts.get(gram) ?? 0) + 1)
  return symptoms.map((symptom, n) => {
    const grams = [...(sets[n] as Set<string>)]
    const weights = grams.map((gram) => rarityOf(counts.get(gram) as number, symptoms.length))
    const norm = Math.hypot(...weights) || 1
    const vector = grams.map((gram, at): [string, number] => [gram, (weights[at] as number) / norm])
    return { ...symptom, vector: new Map(vector.sort((one, two) => two[1] - one[1])) }
  })
}

function keysOf({ vector, ci_ids }: Entry): string[] {
  const grams = [...vector.keys()]
  // The rarest of all are often names and numbers that nobody shares: look further than those.
  const step = Math.max(1, Math.floor(grams.length / (2 * probes)))
  const spread = grams.filter((_, n) => n % step === 0).slice(0, 2 * probes)
  const chosen = new Set([...grams.slice(0, probes), ...spread])
  return [...[...chosen].map((gram) => `g${gram}`), ...ci_ids.map((id) => `c${id}`)]
}

/** Those that share most keys, the latest of each key alone. */
function likeliest(
  keys: readonly string[],
  postings: ReadonlyMap<string, number[]>,
  isWanted: (at: number) => boolean,
): number[] {
  const counts = new Map<number, number>()
  for (const key of keys) {
    for (const at of postings.get(key)?.slice(-looked) ?? []) {
      if (isWanted(at)) counts.set(at, (counts.get(at) ?? 0) + 1)
    }
  }
  return [...counts]
    .sort((one, two) => two[1] - one[1] || two[0] - one[0])
    .slice(0, compared)
    .map(([at]) => at)
}

function isAlike(one: Entry, two: Entry): boolean {
  const text = likeness(one, two)
  if (text < leastText) return false
  const isSameCategory = one.category !== null && one.category === two.category
  const sharesCi = one.ci_ids.some((id) => two.ci_ids.includes(id))
  return text + (isSameCategory ? categoryWeight : 0) + (sharesCi ? ciWeight : 0) >= threshold
}

function likeness(one: Entry, two: Entry): number {
  const [small, large] = one.vector.size < two.vector.size ? [one, two] : [two, one]
  let sum = 0
  for (const [gram, weight] of small.vector) sum += weight * (large.vector.get(gram) ?? 0)
  return sum
}

function describe(members: Entry[]): Cluster {
  const sample = members.slice(0, sampled)
  const ranked = sample
    .map((entry) => ({ entry, similarity: meanLikeness(entry, sample) }))
    .sort((one, two) => two.similarity - one.similarity)
  const { entry, similarity } = ranked[0] as (typeof ranked)[number]
  return {
    incident_ids: members.map(({ id }) => id),
    title: entry.title,
    similarity: Math.round(similarity * 1000) / 1000,
    category: sharedBy(members, ({ category }) => (category === null ? [] : [category]))[0] ?? null,
    ci_ids: sharedBy(members, ({ ci_ids }) => ci_ids),
    terms: termsOf(entry, sample),
  }
}

function meanLikeness(entry: Entry, sample: readonly Entry[]): number {
  const others = sample.filter((each) => each !== entry)
  if (others.length === 0) return 1
  return others.reduce((sum, each) => sum + likeness(entry, each), 0) / others.length
}

/** What at least half of them have, the commonest first. */
function sharedBy(members: readonly Entry[], of: (entry: Entry) => readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const member of members) {
    for (const each of new Set(of(member))) counts.set(each, (counts.get(each) ?? 0) + 1)
  }
  return [...counts]
    .filter(([, count]) => count > 1 && count * 2 >= members.length)
    .sort((one, two) => two[1] - one[1] || (one[0] < two[0] ? -1 : 1))
    .slice(0, 10)
    .map(([each]) => each)
}

/** The stretches of the title that most of them have. */
function termsOf({ title }: Entry, sample: readonly Entry[]): string[] {
  const isCommon = (gram: string) =>
    sample.filter(({ vector }) => vector.has(gram)).length * 2 >= sample.length
  return sharedTerms(title, gramsOf(title), isCommon)
    .filter(({ length }) => length > 1)
    .slice(0, 10)
}
