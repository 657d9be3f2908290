import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from '../../fastify.ts'
import { etagOf, isSeen } from '../../version.ts'
import type { TreeRow } from '../trees/access.ts'
import { readUnits, simulateSaved } from './output.ts'
import { drawTree } from './picture.ts'

/** Nothing in a picture may run or load anything. */
const headers = {
  'cache-control': 'private, no-cache',
  'content-security-policy': "default-src 'none'; sandbox",
}

/** Answers a drawing of a tree, or 304 to whoever has that of this version. */
export async function sendPicture(
  { db, calculators }: Pick<Deps, 'db' | 'calculators'>,
  request: FastifyRequest,
  reply: FastifyReply,
  tree: TreeRow,
): Promise<void> {
  reply.headers(headers)
  if (isSeen(request.headers, etagOf(tree))) {
    await reply.code(304).header('etag', etagOf(tree)).send()
    return
  }
  const calculated = await calculators.read(db, tree)
  const simulation = await simulateSaved(calculated)
  const { calculator, model } = calculated
  const units = await readUnits(db, tree.id)
  const svg = drawTree({ name: tree.name, calculator, simulation, units })
  reply.header('etag', etagOf(model)).type('image/svg+xml; charset=utf-8')
  await reply.send(svg)
}
