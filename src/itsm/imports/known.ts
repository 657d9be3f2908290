import type { Trx } from '../../../db/tables.ts'
import type { Candidate } from './rows.ts'

/** Those whose number is not there yet: neither kept from elsewhere, nor our own of an export of ours. */
export async function unknownOf(trx: Trx, candidates: readonly Candidate[]): Promise<Candidate[]> {
  const namesOf = ({ number, external_number }: Candidate) =>
    [number, external_number].filter((name) => name !== null)
  const numbers = candidates.flatMap(namesOf)
  const known = new Set(numbers.length > 0 ? await knownNumbers(trx, numbers) : [])
  const own = await ownNumbers(trx, numbers)
  const ids = await knownIds(trx, candidates)
  return candidates.filter((candidate) => {
    const { id, title, opened_at } = candidate
    if (id !== null && ids.has(id)) return false
    const names = namesOf(candidate)
    const isOwn = names.some((name) => own.get(name) === `${title}\n${opened_at}`)
    if (isOwn || names.some((name) => known.has(name))) return false
    for (const name of names) known.add(name)
    return true
  })
}

/** What an export of this very service sends back has its ids. */
async function knownIds(trx: Trx, candidates: readonly Candidate[]): Promise<Set<string>> {
  const ids = candidates.flatMap(({ id }) => id ?? [])
  if (ids.length === 0) return new Set()
  const rows = await trx.selectFrom('incidents').select('id').where('id', 'in', ids).execute()
  return new Set(rows.map(({ id }) => id))
}

async function knownNumbers(trx: Trx, numbers: readonly string[]): Promise<string[]> {
  const rows = await trx
    .selectFrom('incidents')
    .select('external_number')
    .where('external_number', 'in', numbers)
    .execute()
  return rows.flatMap(({ external_number }) => external_number ?? [])
}

/** Another instance has numbers like ours: what is the same has title and time as well. */
async function ownNumbers(trx: Trx, numbers: readonly string[]): Promise<Map<string, string>> {
  const own = new Map(
    numbers.flatMap((number) => {
      const digits = /^INC(\d{8})$/.exec(number)?.[1]
      return digits === undefined ? [] : [[Number(digits), number] as const]
    }),
  )
  if (own.size === 0) return new Map()
  const rows = await trx
    .selectFrom('incidents')
    .select(['number', 'title', 'opened_at'])
    .where('number', 'in', [...own.keys()])
    .execute()
  return new Map(
    rows.map(({ number, title, opened_at }) => [own.get(number) ?? '', `${title}\n${opened_at}`]),
  )
}
