import type { LightMyRequestResponse } from 'fastify'
import { keyFile } from './drive-keys.ts'
import type { Client } from './service.ts'
import { formOf } from './uploads.ts'

export const drivePath = '/api/v1/admin/google-drive'

/** As the first client of this API sends it. */
export const driveSettings = {
  google_drive_enabled: true,
  google_drive_parent_folder_id: '1AbCdEf_-0123456789',
  google_drive_folder_name_format: '[{session_id}]_{submitter_name}',
  google_drive_auto_create_folders: true,
  google_drive_share_with_submitter: true,
}

export function sendCredentials(
  client: Client,
  content: object | string | Buffer = keyFile(),
  { filename = 'key.json', name = 'credentials', language = 'ja' } = {},
): Promise<LightMyRequestResponse> {
  const isRaw = typeof content === 'string' || Buffer.isBuffer(content)
  const body = isRaw ? content : JSON.stringify(content)
  const { payload, headers } = formOf([{ name, filename, type: 'application/json', body }])
  const url = `${drivePath}/upload-credentials`
  return client.post(url, payload, { ...headers, 'accept-language': language })
}
