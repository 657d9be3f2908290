import { Type } from '@sinclair/typebox'
import { IfMatch, ref } from '../../schemas/common.ts'
import {
  DriveConnection,
  DriveCredentials,
  DriveSettings,
  NewDriveSettings,
} from '../../schemas/submissions/drive.ts'
import type { Routes } from '../../src/fastify.ts'
import { languageOf } from '../../src/messages.ts'
import { acceptFiles, FileBody, fileField, receiveFile } from '../../src/multipart.ts'
import { testDriveConnection } from '../../src/submissions/drive-connection.ts'
import {
  deleteDriveCredentials,
  maxCredentialBytes,
  setDriveCredentials,
} from '../../src/submissions/drive-credentials.ts'
import {
  driveSettingsEtag,
  getDriveSettings,
  setDriveSettings,
} from '../../src/submissions/drive-settings.ts'
import { versionIn } from '../../src/version.ts'

const tags = ['google-drive']

export const googleDrive: Routes = async (app) => {
  app.register(credentials)

  app.get(
    '/settings',
    {
      config: { permission: 'drive.manage' },
      schema: {
        operationId: 'getDriveSettings',
        summary: 'Get where and how files are copied to Google Drive',
        tags,
        response: { 200: ref(DriveSettings) },
      },
    },
    async (_request, reply) => {
      const settings = await getDriveSettings(app)
      return reply.header('etag', driveSettingsEtag(settings)).send(settings)
    },
  )

  app.put(
    '/settings',
    {
      config: { permission: 'drive.manage' },
      schema: {
        operationId: 'setDriveSettings',
        summary: 'Set where and how files are copied to Google Drive',
        description: 'Takes the whole object as GET gave it; what is only to be read is not read.',
        tags,
        headers: IfMatch,
        body: ref(NewDriveSettings),
        response: { 200: ref(DriveSettings) },
      },
    },
    async ({ caller, body, headers }, reply) => {
      const settings = await setDriveSettings(app, caller, body, versionIn(headers['if-match']))
      return reply.header('etag', driveSettingsEtag(settings)).send(settings)
    },
  )

  for (const [method, operationId] of [
    ['GET', 'getDriveConnection'],
    ['POST', 'testDriveConnection'],
  ] as const) {
    app.route({
      method,
      url: '/test-connection',
      config: { permission: 'drive.manage' },
      schema: {
        operationId,
        summary: 'See whether files would arrive in the parent folder',
        description:
          'Asks Google, for ten seconds at most, and leaves nothing behind. What is wrong is said in `error` and what to do about it in `hint`, with status 200. GET and POST are the same.',
        tags,
        response: { 200: ref(DriveConnection) },
      },
      handler: (request) =>
        testDriveConnection(app, languageOf(request.headers['accept-language'])),
    })
  }
}

const form = Type.Object({
  credentials: fileField('The JSON key of a service account, up to 16 KiB.'),
})

const credentials: Routes = async (app) => {
  await acceptFiles(app)

  app.post(
    '/upload-credentials',
    {
      config: {
        permission: 'drive.manage',
        form,
        failures: [
          'file_too_large',
          'drive_credentials_not_json_file',
          'drive_credentials_malformed',
        ],
      },
      preValidation: receiveFile({
        files: ['credentials'],
        maxBytes: maxCredentialBytes,
        texts: {},
      }),
      schema: {
        operationId: 'setDriveCredentials',
        summary: 'Store the key file of a service account, in the place of the one before',
        description:
          'It must hold an RSA key of at least 2048 bits. It is stored encrypted and never shown again; of the file only the mail address and the project can be read.',
        tags,
        consumes: ['multipart/form-data'],
        body: FileBody,
        response: { 200: ref(DriveCredentials) },
      },
    },
    ({ caller, body, headers }) =>
      setDriveCredentials(app, caller, body.file, languageOf(headers['accept-language'])),
  )

  app.delete(
    '/credentials',
    {
      config: { permission: 'drive.manage', failures: ['drive_credentials_not_found'] },
      schema: {
        operationId: 'deleteDriveCredentials',
        summary: 'Remove the key file',
        description: 'Files are kept here until there is another one.',
        tags,
        response: { 204: Type.Null() },
      },
    },
    async ({ caller }, reply) => {
      await deleteDriveCredentials(app.db, caller)
      return reply.code(204).send(null)
    },
  )
}
