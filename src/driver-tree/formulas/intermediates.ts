import { createHash } from 'node:crypto'
import type { Operator } from '../../../schemas/driver-tree/common.ts'
import { labelKeyOf } from '../labels.ts'
import { expressionOf, type Piece } from './text.ts'
import { maxLabelLength } from './tokens.ts'

const headLength = 230
const shortened = /\.\.\. #[\da-f]{12}$/

/**
 * The name of a part of a formula: its text. One that is too long for a label is cut, and what it is
 * made of tells it from others that begin alike.
 */
export function nameOf(
  operator: Operator,
  children: readonly string[],
  pieceOf: (key: string) => Piece,
): { key: string; piece: Piece } {
  const pieces: Piece[] = []
  let length = 0
  let isWhole = true
  for (const child of children) {
    const piece = pieceOf(child)
    if (shortened.test(piece.text)) isWhole = false
    pieces.push(piece)
    length += piece.text.length
    // What comes after it is cut off anyway.
    if (length > maxLabelLength) break
  }
  const { text, strength } = expressionOf(operator, pieces)
  const key = labelKeyOf(text)
  if (isWhole && length <= maxLabelLength && key.length <= maxLabelLength) {
    return { key, piece: { text: key, strength } }
  }
  const digest = createHash('sha256')
    .update(JSON.stringify([operator, ...children]))
    .digest('hex')
  const head = text.slice(0, headLength)
  const short = labelKeyOf(`${head.replace(/[\ud800-\udbff]$/, '')}... #${digest.slice(0, 12)}`)
  return { key: short, piece: { text: short, strength } }
}
