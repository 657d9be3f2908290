import { groupBy } from '../../values.ts'
import { gramsOf, sharedTerms } from '../search.ts'

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

type Entry = Symptom & {
  /** Grams by number, the rarest first, with their weights: a unit vector. */
  vector: ReadonlyMap<number, number>
  /** What it is looked up by: its rarest grams that others have too, and its CIs. */
  keys: readonly (number | string)[]
}

/** From where on two are about the same; the same category or CI speaks for it besides. */
const threshold = 0.5
const leastText = 0.3
const categoryWeight = 0.08
const ciWeight = 0.2

/** What bounds the work: the keys of a text, the texts that are looked up by each, and those compared. */
const probes = 12
const looked = 24
const compared = 8

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
  const { find, join } = unionOf(entries.length)
  const postings = new Map<number | string, number[]>()
  const firstOf = new Map<string, number>()
  const shared = new Int32Array(entries.length)
  for (const [n, entry] of entries.entries()) {
    const same = firstOf.get(`${entry.category} ${entry.text}`)
    if (same !== undefined && isAlike(entry, entries[same] as Entry)) {
      join(n, same)
      continue
    }
    firstOf.set(`${entry.category} ${entry.text}`, n)
    for (const other of likeliest(entry.keys, postings, shared)) {
      const isOther = find(other) !== find(n)
      if (isOther && isAlike(entry, entries[other] as Entry)) join(n, other)
    }
    for (const key of entry.keys) {
      const posting = postings.get(key)
      if (posting) posting.push(n)
      else postings.set(key, [n])
    }
  }
  const groups = groupBy(entries.keys(), find)
  return [...groups.values()]
    .filter(({ length }) => length >= minSize)
    .map((members) => describe(members.map((n) => entries[n] as Entry)))
    .sort((one, two) => two.incident_ids.length - one.incident_ids.length)
}

function unionOf(count: number) {
  const parents = Int32Array.from({ length: count }, (_, n) => n)
  const find = (n: number): number => {
    let at = n
    while (parents[at] !== at) {
      const parent = parents[at] as number
      parents[at] = parents[parent] as number
      at = parents[at] as number
    }
    return at
  }
  const join = (one: number, two: number): void => {
    parents[find(one)] = find(two)
  }
  return { find, join }
}

/** Numbers of tickets and times say nothing of what is wrong; a gram counts by how rare it is. */
function vectorsOf(symptoms: readonly Symptom[]): Entry[] {
  const numbers = new Map<string, number>()
  const counts: number[] = []
  const sets = symptoms.map(({ text }) => {
    const set = new Set<number>()
    for (const { gram } of gramsOf(text)) {
      if (/^\p{N}+$/u.test(gram)) continue
      const number = numbers.get(gram) ?? numbers.size
      numbers.set(gram, number)
      set.add(number)
    }
    for (const number of set) counts[number] = (counts[number] ?? 0) + 1
    return set
  })
  return symptoms.map((symptom, n) => {
    const grams = [...(sets[n] as Set<number>)].sort(
      (one, two) => (counts[one] as number) - (counts[two] as number) || one - two,
    )
    const weights = grams.map((gram) => Math.log(1 + symptoms.length / (counts[gram] as number)))
    const norm = Math.hypot(...weights) || 1
    const vector = new Map(grams.map((gram, at) => [gram, (weights[at] as number) / norm]))
    return { ...symptom, vector, keys: keysOf(symptom, grams, counts) }
  })
}

function keysOf({ ci_ids }: Symptom, grams: readonly number[], counts: readonly number[]) {
  const common = grams.filter((gram) => (counts[gram] as number) > 1)
  // The rarest of all may be names that few have: look further than those.
  const step = Math.max(1, Math.floor(common.length / probes))
  const spread = common.filter((_, n) => n % step === 0).slice(0, probes / 2)
  return [...new Set([...common.slice(0, probes / 2), ...spread]), ...ci_ids]
}

/** Those that share most keys, of each key only the latest. Leaves `shared` as it was: all zeros. */
function likeliest(
  keys: readonly (number | string)[],
  postings: ReadonlyMap<number | string, number[]>,
  shared: Int32Array,
): number[] {
  const seen: number[] = []
  for (const key of keys) {
    const posting = postings.get(key) ?? []
    for (let n = Math.max(0, posting.length - looked); n < posting.length; n += 1) {
      const at = posting[n] as number
      if (shared[at] === 0) seen.push(at)
      shared[at] = (shared[at] as number) + 1
    }
  }
  const counted = seen.map((at) => ({ at, count: shared[at] as number }))
  for (const at of seen) shared[at] = 0
  return counted
    .sort((one, two) => two.count - one.count || two.at - one.at)
    .slice(0, compared)
    .map(({ at }) => at)
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
  const sets = sample.map(({ text }) => new Set(gramsOf(text).map(({ gram }) => gram)))
  const isCommon = (gram: string) => sets.filter((set) => set.has(gram)).length * 2 >= sets.length
  return sharedTerms(title, gramsOf(title), isCommon)
    .filter(({ length }) => length > 1)
    .slice(0, 10)
}
