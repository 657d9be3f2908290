import type { AnalysisFile, ChosenInput } from '../../schemas/analysis/files.ts'
import type { AnalysisSession } from '../../schemas/analysis/sessions.ts'
import type { AnalysisStep } from '../../schemas/analysis/steps.ts'
import { sessionsUrl } from './analysis.ts'
import { register } from './analysis-files.ts'
import { newCode, projects } from './projects.ts'
import { type Client, expect } from './service.ts'
import { builtin } from './templates.ts'

/** The body of an answer that has this status. */
export async function ok(answer: ReturnType<Client['get']>, status = 200) {
  const response = await answer
  expect(response.statusCode, response.body).toBe(status)
  return response.body === '' ? null : response.json()
}

/** A session for a question of the catalogue, in a project of its own, as people come to one. */
export async function openAnalysis(client: Client) {
  const { id: project_id } = await ok(
    client.post(projects, { name: '中期計画', code: newCode() }),
    201,
  )
  const session: AnalysisSession = await ok(
    client.post(sessionsUrl, { project_id, ...builtin }),
    201,
  )
  const { session_id } = session
  return { project_id, session_id, session, url: `${sessionsUrl}/${session_id}` }
}

/** Registers a file with a session that starts from it from now on. */
export async function startFrom(
  client: Client,
  place: { project_id: string; url: string },
  name: string,
  body: Buffer | string,
): Promise<AnalysisFile & { chosen: ChosenInput }> {
  const file = await register(client, place, name, body)
  const chosen = await ok(client.post(`${place.url}/input`, { file_id: file.id }))
  return { ...file, chosen }
}

/** Adds a step that is taken. */
export function addStep(
  client: Client,
  { url }: { url: string },
  type: AnalysisStep['type'],
  config?: object,
  { name = type, input = 'original' }: { name?: string; input?: string } = {},
): Promise<AnalysisStep> {
  return ok(client.post(`${url}/step`, { name, type, input, ...(config && { config }) }), 201)
}
