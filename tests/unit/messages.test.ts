import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const folder = join(import.meta.dirname, '../../schemas/messages')

test('no two areas give one failure, or one rule, different texts', async () => {
  for (const kind of ['Rules', 'Messages']) {
    const known = new Map<string, unknown>()
    for (const file of readdirSync(folder)) {
      const lists: Record<string, object> = await import(join(folder, file))
      for (const [name, texts] of Object.entries(lists)) {
        if (!name.endsWith(kind)) continue
        for (const [code, text] of Object.entries(texts)) {
          expect(text, code).toEqual(known.get(code) ?? text)
          known.set(code, text)
        }
      }
    }
    expect(known.size).toBeGreaterThan(50)
  }
})
