import { type Answer, errorAnswer, masked, notFound, refuse } from './drive-answers.ts'
import type { DriveCall } from './drive-faults.ts'
import { type DriveFile, type DriveTree, fileFields } from './drive-tree.ts'
import type { createUploads } from './drive-uploads.ts'

type World = {
  tree: DriveTree
  uploads: ReturnType<typeof createUploads>
  strangers: Set<string>
}
type Call = DriveCall & { email: string }

const usual = 'kind,id,name,mimeType'

const methods: Partial<Record<DriveCall['endpoint'], (world: World, call: Call) => Answer>> = {
  about(_, { email, query }) {
    const fields = query.get('fields')
    if (!fields) {
      return errorAnswer(400, 'required', "The 'fields' parameter is required for this method.")
    }
    const user = { kind: 'drive#user', displayName: email, emailAddress: email, me: true }
    return { status: 200, body: masked({ kind: 'drive#about', user }, fields, '*') }
  },

  get: (world, call) => shown(world, call, look(world, call)),

  list({ tree }, call) {
    const { query, email } = call
    const isSupported = query.get('supportsAllDrives') === 'true'
    const withSharedDrives = query.get('includeItemsFromAllDrives') === 'true'
    const corpora = query.get('corpora') ?? 'user'
    if (withSharedDrives && !isSupported) throw refuse(403, 'teamDrivesParameterRequired')
    if (/^(drive|allDrives)$/.test(corpora) && !withSharedDrives) {
      throw refuse(403, 'teamDrivesParameterRequired', 'includeItemsFromAllDrives must be true.')
    }
    if ((corpora === 'drive') !== query.has('driveId')) {
      throw refuse(403, 'teamDrivesParameterRequired', 'corpora=drive goes with driveId.')
    }
    const found = tree
      .find(email, query.get('q') ?? '', withSharedDrives)
      .filter(({ driveId }) => corpora !== 'drive' || driveId === query.get('driveId'))
    if (query.get('orderBy')?.startsWith('createdTime desc')) found.reverse()
    const size = Number(query.get('pageSize') ?? 100)
    if (!(size >= 1 && size <= 1000)) throw refuse(400, 'invalidParameter', 'Invalid pageSize.')
    const start = startOf(query.get('pageToken'))
    const nextPageToken =
      start + size < found.length
        ? Buffer.from(`from:${start + size}`).toString('base64url')
        : undefined
    const files = found.slice(start, start + size).map((file) => tree.shown(email, file))
    const page = { kind: 'drive#fileList', incompleteSearch: false, nextPageToken, files }
    const fields = query.get('fields')
    const standard = `kind,incompleteSearch,nextPageToken,files(${usual})`
    return { status: 200, body: masked(page, fields, standard) }
  },

  create(world, call) {
    const metadata = metadataIn(world, call)
    return shown(world, call, world.tree.add(metadata))
  },

  begin(world, call) {
    if (call.query.get('uploadType') !== 'resumable') {
      throw refuse(400, 'badRequest', 'This stand-in takes resumable uploads only.')
    }
    const metadata = metadataIn(world, call)
    const length = call.headers['x-upload-content-length']
    return world.uploads.begin(call.email, metadata, { fields: call.query.get('fields'), length })
  },

  update(world, call) {
    const file = look(world, call)
    const { trashed, name } = JSON.parse(call.body || '{}')
    if (trashed !== undefined) {
      world.tree.requireRole(call.email, file, file.driveId ? 'fileOrganizer' : 'owner')
      file.explicitlyTrashed = trashed
    }
    if (name !== undefined) {
      world.tree.requireRole(call.email, file, 'writer')
      file.name = name
    }
    return shown(world, call, file)
  },

  delete(world, call) {
    const file = look(world, call)
    world.tree.requireRole(call.email, file, file.driveId ? 'organizer' : 'owner')
    world.tree.drop(file.id)
    return { status: 204 }
  },

  permissions(world, call) {
    const { permissions } = look(world, call)
    return { status: 200, body: { kind: 'drive#permissionList', permissions } }
  },

  share(world, call) {
    const file = look(world, call)
    world.tree.requireRole(call.email, file, file.driveId ? 'fileOrganizer' : 'writer')
    const { type, role, emailAddress } = JSON.parse(call.body || '{}')
    if (type !== 'user' || !/^\S+@\S+$/.test(String(emailAddress))) {
      throw refuse(400, 'invalidSharingRequest', 'Bad Request. User message: ""')
    }
    const isQuiet = call.query.get('sendNotificationEmail') === 'false'
    if (isQuiet && world.strangers.has(emailAddress)) {
      const text = 'You must check the "Notify people" box to invite this recipient.'
      throw refuse(400, 'invalidSharingRequest', text)
    }
    const permission = world.tree.grant(file.id, emailAddress, role)
    const body = { kind: 'drive#permission', ...permission }
    return { status: 200, body: masked(body, call.query.get('fields'), 'kind,id,type,role') }
  },
}

export function answerTo(world: World, call: Call): Answer {
  const method = methods[call.endpoint]
  return method ? method(world, call) : errorAnswer(404, 'notFound', 'Not Found')
}

function visibility({ query }: Call) {
  return { supportsAllDrives: query.get('supportsAllDrives') === 'true' }
}

function look({ tree }: World, call: Call): DriveFile {
  const id = decodeURIComponent(call.path.split('/')[4] ?? '')
  if (!id) throw notFound('.')
  return tree.look(call.email, id, visibility(call))
}

function shown({ tree }: World, { email, query }: Call, file: DriveFile): Answer {
  const body = masked(tree.shown(email, file), query.get('fields'), usual, fileFields)
  return { status: 200, body }
}

/** What a file is to be, when it may be that there. */
function metadataIn({ tree }: World, call: Call) {
  const {
    name = 'Untitled',
    mimeType,
    parents = [],
    appProperties = {},
  } = JSON.parse(call.body || '{}')
  const type = mimeType ?? call.headers['x-upload-content-type'] ?? 'application/octet-stream'
  for (const [key, value] of Object.entries(appProperties)) {
    const size = Buffer.byteLength(key + value)
    if (size > 124) throw refuse(400, 'invalid', 'A property exceeds 124 bytes.')
  }
  tree.requirePlace(call.email, parents, type, visibility(call))
  return { name, mimeType: type, parents, appProperties }
}

function startOf(token: string | null): number {
  if (!token) return 0
  const start = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (start === undefined) throw refuse(400, 'invalid', 'Invalid page token.')
  return Number(start)
}
