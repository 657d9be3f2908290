import { randomBytes } from 'node:crypto'
import { formOf, pdfOf } from '../../support/uploads.ts'
import type { Asked } from '../generator.ts'
import { someOf } from '../peers/ground.ts'
import { type Area, api, get } from './ground.ts'

/** A document of so many bytes, unlike any other. */
export function documentOf(bytes: number): Buffer {
  const body = pdfOf(bytes)
  randomBytes(64).copy(body, body.length - 200)
  return body
}

export function form(path: string, token: string, field: string, bytes: number): Asked {
  const part = { name: field, filename: '調査票.pdf', body: documentOf(bytes) }
  const { payload, headers } = formOf([part])
  return {
    method: 'POST',
    path: api + path,
    token,
    body: { type: String(headers['content-type']), bytes: payload },
  }
}

export const uploads: Area = async ({ ask, person }) => {
  const { token } = await person('User')
  const names: string[] = []
  for (const bytes of [10_000, 1_000_000]) {
    const { stored_name } = await ask(form('/upload/files', token, 'file', bytes))
    names.push(stored_name)
  }
  return [
    {
      name: 'GET /upload/files/{name}, 10 kB',
      asked: () => get(`/upload/files/${names[0]}`, token),
    },
    {
      name: 'GET /upload/files/{name}, 1 MB',
      most: 64,
      asked: () => get(`/upload/files/${names[1]}`, token),
    },
    { name: 'GET /upload/files?limit=50', asked: () => get('/upload/files?limit=50', token) },
    {
      name: 'POST /upload/files, 10 kB',
      asked: () => form('/upload/files', token, 'file', 10_000),
    },
  ]
}

export const rooms: Area = async ({ tokens }) => [
  {
    name: 'POST /ws/ticket',
    asked: () => ({ method: 'POST', path: `${api}/ws/ticket`, token: someOf(tokens) }),
  },
  {
    name: 'GET /ws/rooms/{room}/messages',
    asked: () => get('/ws/rooms/general/messages', someOf(tokens)),
  },
]
