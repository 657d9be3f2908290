import { Type } from '@sinclair/typebox'
import { ref } from '../../schemas/common.ts'
import {
  DocumentType,
  DocumentTypeChange,
  DocumentTypePage,
  DocumentTypeParams,
  DocumentTypeQuery,
  NewDocumentType,
} from '../../schemas/submissions/documents.ts'
import type { Routes } from '../../src/fastify.ts'
import {
  createDocumentType,
  deleteDocumentType,
  listDocumentTypes,
  updateDocumentType,
} from '../../src/submissions/documents.ts'

const tags = ['submissions']
const path = '/document-types/:submission_type/:document_type'

export const documents: Routes = async (app) => {
  app.get(
    '/document-types',
    {
      config: { public: true },
      schema: {
        operationId: 'listDocumentTypes',
        summary: 'List the documents that submissions ask for, in their order',
        tags,
        querystring: DocumentTypeQuery,
        response: { 200: ref(DocumentTypePage) },
      },
    },
    (request) => listDocumentTypes(app.db, request.query),
  )

  app.post(
    '/document-types',
    {
      config: { permission: 'submission.manage', failures: ['duplicate'] },
      schema: {
        operationId: 'createDocumentType',
        summary: 'Add a document to the catalogue',
        description: 'Sessions without requirements of their own ask for it from now on.',
        tags,
        body: ref(NewDocumentType),
        response: { 201: ref(DocumentType) },
      },
    },
    async (request, reply) => {
      const created = await createDocumentType(app.db, request.caller, request.body)
      const location = `/api/v1/document-types/${created.submission_type}/${created.document_type}`
      return reply.code(201).header('location', location).send(created)
    },
  )

  app.put(
    path,
    {
      config: { permission: 'submission.manage', failures: ['document_type_not_found'] },
      schema: {
        operationId: 'updateDocumentType',
        summary: 'Change what a document of the catalogue asks for',
        description: 'Files that are there already stay as they are.',
        tags,
        params: DocumentTypeParams,
        body: ref(DocumentTypeChange),
        response: { 200: ref(DocumentType) },
      },
    },
    (request) => updateDocumentType(app.db, request.caller, request.params, request.body),
  )

  app.delete(
    path,
    {
      config: { permission: 'submission.manage', failures: ['document_type_not_found'] },
      schema: {
        operationId: 'deleteDocumentType',
        summary: 'Remove a document from the catalogue',
        description: 'Files that came as this document stay.',
        tags,
        params: DocumentTypeParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await deleteDocumentType(app.db, request.caller, request.params)
      return reply.code(204).send(null)
    },
  )
}
