import { createPause } from '../../slices.ts'
import type { Calculated } from './calculators.ts'

/** What a node, a key and a text take about, besides what they hold. */
const nodeBytes = 1000
const keyBytes = 48
const textBytes = 24

/** How many bytes a calculated tree takes, about: nodes share much, and what they share counts once. */
export async function sizeOf({ model, calculator }: Calculated): Promise<number> {
  const pause = createPause()
  const seen = new Set<object>()
  let bytes = 0
  const count = (part: object, size: number): void => {
    if (!seen.has(part)) bytes += size
    seen.add(part)
  }
  for (const { id, data } of model.nodes) {
    const { tuples, values, axes } = calculator.baseline(id)
    bytes += nodeBytes
    count(values.buffer, values.buffer.byteLength)
    count(tuples, tuples.length * (keyBytes + textBytes * axes.length))
    if (data) count(data, data.keys.length * (keyBytes + textBytes * (data.axes.length + 1)))
    await pause()
  }
  return bytes
}
