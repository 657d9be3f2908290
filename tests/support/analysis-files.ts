import type { AnalysisFile } from '../../schemas/analysis/files.ts'
import { insertSession, sessionsUrl } from './analysis.ts'
import { uploadTo } from './project-files.ts'
import { insertProject } from './projects.ts'
import type { Client, Service } from './service.ts'

/** A project of somebody with a session in it. */
export async function furnishSession(db: Service['deps']['db'], owner: Client) {
  const project_id = await insertProject(db, { project_manager: owner })
  const { session_id, snapshot_id } = await insertSession(db, project_id, { created_by: owner.id })
  return { project_id, session_id, snapshot_id, url: `${sessionsUrl}/${session_id}` }
}

/** What registering a file answers that is uploaded to the project first. */
export async function tryRegister(
  client: Client,
  { project_id, url }: { project_id: string; url: string },
  name: string,
  body: Buffer | string,
) {
  const { id: project_file_id } = await uploadTo(client, project_id, name, body)
  return client.post(`${url}/file`, { project_file_id })
}

export async function register(
  client: Client,
  place: { project_id: string; url: string },
  name: string,
  body: Buffer | string,
): Promise<AnalysisFile> {
  const response = await tryRegister(client, place, name, body)
  if (response.statusCode !== 201) throw new Error(response.body)
  return response.json()
}
