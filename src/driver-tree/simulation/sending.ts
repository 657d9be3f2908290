import type { FastifyReply, FastifyRequest } from 'fastify'
import { varyOn } from '../../http.ts'
import { type Language, languageOf } from '../../messages.ts'
import { isSeen } from '../../version.ts'
import type { TreeRow } from '../trees/access.ts'
import type { Answer } from './answers.ts'

/**
 * Answers what `make` says of a tree, or 304 to whoever has that of this version: whatever is told of a
 * tree, in one language, is the same until its version is another.
 */
export async function sendOfVersion(
  request: FastifyRequest,
  reply: FastifyReply,
  tree: TreeRow,
  make: (language: Language) => Promise<Answer & { version: number }>,
): Promise<void> {
  const language = languageOf(request.headers['accept-language'])
  const tagOf = (version: number) => `"${version}.${language}"`
  varyOn(reply, 'Accept-Language')
  if (isSeen(request.headers, tagOf(tree.version))) {
    await reply.code(304).header('etag', tagOf(tree.version)).send()
    return
  }
  const { version, ...answer } = await make(language)
  await sendAnswer(reply.header('etag', tagOf(version)), answer)
}

/** Answers JSON that is already text. */
export async function sendAnswer(reply: FastifyReply, { text, total }: Answer): Promise<void> {
  reply.type('application/json; charset=utf-8')
  if (total !== undefined) reply.header('x-total-count', total)
  await reply.send(Buffer.from(text))
}
