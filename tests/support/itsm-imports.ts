import type { Db } from '../../db/tables.ts'
import type { IncidentImport } from '../../schemas/itsm/incident-imports.ts'
import { importIncidents } from '../../src/itsm/imports/import.ts'
import { type Client, expect, type Service } from './service.ts'
import { formOf, type Part } from './uploads.ts'

export const base = '/api/v1/incidents'
export const never = new AbortController().signal

export const csv = (...lines: string[]) => lines.join('\r\n')
export const file = (body: string | Buffer, filename = 'incidents.csv'): Part => ({
  name: 'file',
  filename,
  body,
})
export const events = (...lines: string[]): Part => ({
  name: 'events',
  filename: 'events.csv',
  body: csv('number,at,status', ...lines),
})
export const text = (name: string, body: string): Part => ({ name, body })
export const json = (name: string, value: object) => text(name, JSON.stringify(value))

export function send(client: Client, ...parts: Part[]) {
  const { payload, headers } = formOf(parts)
  return client.post(`${base}/import`, payload, headers)
}

/** Sends files, lets the job run, and answers what came of it. */
export async function imported(
  { deps }: Service,
  client: Client,
  ...parts: Part[]
): Promise<IncidentImport> {
  const response = await send(client, ...parts)
  expect(response.statusCode, response.body).toBe(202)
  const { id, state } = response.json()
  expect(response.headers.location).toBe(`${base}/imports/${id}`)
  expect(state).toBe('waiting')
  await importIncidents(deps, { import_id: id }, never)
  return (await client.get(`${base}/imports/${id}`)).json()
}

export function rowOf(db: Db, number: string) {
  return db
    .selectFrom('incidents')
    .selectAll()
    .where('external_number', '=', number)
    .executeTakeFirstOrThrow()
}

export async function pastOf(db: Db, number: string) {
  const { id } = await rowOf(db, number)
  const rows = await db
    .selectFrom('itsm_history')
    .select(['field', 'old_value', 'new_value', 'changed_at'])
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute()
  return rows.map((row) => [row.field, row.old_value, row.new_value, row.changed_at].join(' '))
}
