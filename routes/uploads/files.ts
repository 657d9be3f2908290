import { Type } from '@sinclair/typebox'
import { fileOf, ref } from '../../schemas/common.ts'
import {
  FileLink,
  FileParams,
  FileQuery,
  LinkQuery,
  NewLink,
  ShownQuery,
  UploadedFilePage,
} from '../../schemas/uploads.ts'
import { sendFile } from '../../src/download.ts'
import type { Routes } from '../../src/fastify.ts'
import { fileTypes } from '../../src/file-content.ts'
import { deleteFile, getStoredFile, listFiles } from '../../src/uploads/files.ts'
import { createLink, getLinkedFile } from '../../src/uploads/links.ts'

const tags = ['uploads']

const partial =
  'Takes `Range` (one range; several get the whole file), `If-Range`, `If-None-Match` and `If-Modified-Since`; HEAD says what GET would.'
const whole = { ...fileOf(...fileTypes), description: 'The file' }
const part = { ...fileOf(...fileTypes), description: 'The part of it that `Range` asks for' }
const response = { 200: whole, 206: part, 304: { type: 'null', description: 'Not modified' } }

export const files: Routes = async (app) => {
  app.get(
    '/files',
    {
      config: { permission: 'upload.read' },
      schema: {
        operationId: 'listFiles',
        summary: 'List one’s files, newest first',
        tags,
        querystring: FileQuery,
        response: { 200: ref(UploadedFilePage) },
      },
    },
    (request) => listFiles(app.db, request.caller, request.query),
  )

  app.get(
    '/files/:stored_name',
    {
      config: {
        permission: 'upload.read',
        failures: ['upload_not_found', 'file_missing', 'range_not_satisfiable'],
      },
      schema: {
        operationId: 'getFile',
        summary: 'Download a file',
        description: partial,
        tags,
        params: FileParams,
        querystring: ShownQuery,
        response,
      },
    },
    async (request, reply) => {
      const row = await getStoredFile(app.db, request.caller, request.params.stored_name)
      return sendFile(app, request, reply, row, request.query)
    },
  )

  app.delete(
    '/files/:stored_name',
    {
      config: { permission: 'upload.write', failures: ['upload_not_found'] },
      schema: {
        operationId: 'deleteFile',
        summary: 'Delete a file',
        description: 'Links to it no longer work.',
        tags,
        params: FileParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await deleteFile(app.db, request.caller, request.params.stored_name)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/files/:stored_name/link',
    {
      config: { permission: 'upload.write', failures: ['upload_not_found'] },
      schema: {
        operationId: 'createFileLink',
        summary: 'Make a link to a file that works without sign-in and expires',
        description: 'Whoever has the link can read the file. It ends with the file.',
        tags,
        params: FileParams,
        body: ref(NewLink),
        response: { 201: ref(FileLink) },
      },
      // Nothing has to be said of it, so nothing need be sent.
      preValidation: async (request) => {
        request.body ??= {}
      },
    },
    async (request, reply) => {
      const link = await createLink(app, request.caller, request.params.stored_name, request.body)
      return reply.code(201).header('location', link.url).send(link)
    },
  )

  app.get(
    '/links/:stored_name',
    {
      config: {
        public: true,
        failures: [
          'upload_not_found',
          'file_missing',
          'link_invalid',
          'link_expired',
          'range_not_satisfiable',
        ],
      },
      schema: {
        operationId: 'getLinkedFile',
        summary: 'Download a file by a link',
        description: partial,
        tags,
        params: FileParams,
        querystring: LinkQuery,
        response,
      },
    },
    async (request, reply) => {
      const row = await getLinkedFile(app, request.params.stored_name, request.query)
      // A page of another origin may show what somebody gave it a link to.
      reply.header('cross-origin-resource-policy', 'cross-origin')
      return sendFile(app, request, reply, row, request.query)
    },
  )
}
