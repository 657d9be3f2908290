import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { ProjectFile } from '../../schemas/projects/files.ts'
import type { Client, Service } from './service.ts'
import { sendFile } from './uploads.ts'

export const filesUrl = (projectId: string) => `/api/v1/projects/${projectId}/files`

/** What an upload is answered with. */
export function tryUpload(
  client: Client,
  projectId: string,
  name: string,
  body: Buffer | string = 'a,b\n1,2\n',
  type = 'application/octet-stream',
) {
  return sendFile(client, name, body, type, filesUrl(projectId))
}

/** The file that an upload makes. */
export async function uploadTo(
  client: Client,
  projectId: string,
  name: string,
  body?: Buffer | string,
): Promise<ProjectFile> {
  const response = await tryUpload(client, projectId, name, body)
  expect(response.statusCode, response.body).toBe(201)
  return response.json()
}

/** What the storage and the tables hold of files of all projects. */
export async function holdings({ deps }: Pick<Service, 'deps'>) {
  const folder = join(deps.config.dataDir, 'files/projects')
  const files = await readdir(folder).catch(() => [])
  const unfinished = await readdir(join(deps.config.dataDir, 'files/.unfinished')).catch(() => [])
  const rows = await deps.db.selectFrom('project_files').select('key').execute()
  const incoming = await deps.db.selectFrom('incoming_files').select('key').execute()
  return {
    files: files.sort(),
    rows: rows.map(({ key }) => key.replace('projects/', '')).sort(),
    incoming: incoming.map(({ key }) => key),
    unfinished,
  }
}
