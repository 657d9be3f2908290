import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { RoomInput } from '../../schemas/realtime.ts'
import { newId } from '../../src/values.ts'
import { broken, hostile, numbersFrom } from '../support/fuzz.ts'
import { describe, expect, type Service, test } from '../support/service.ts'
import { openSocket, tokenOf } from '../support/socket.ts'

/** One connection may say twenty things at once; the last of them is the ping that ends the test. */
const senders = 20
const frames = 18

describe('whatever is sent through a socket', () => {
  test('is answered as documented, and the others go on', async ({ service, app, signIn }) => {
    const room = newId()
    const check = checkOf(app)
    const open = async () => openSocket(app, room, { token: tokenOf(await signIn()) })
    const [ann, bob] = [await open(), await open()]
    const hostiles = []
    for (let n = 0; n < senders; n += 1) hostiles.push(await open())
    const next = numbersFrom(7)
    for (let n = 0; n < frames; n += 1) {
      for (const each of hostiles) each.send(frameFrom(next))
      if (n % 6 === 0) ann.send({ content: `calm ${n}` })
    }
    for (const each of [...hostiles, ann]) await each.settle()
    for (const n of [0, 6, 12]) await bob.next({ content: `calm ${n}` })

    const errors = hostiles.flatMap(({ received }) =>
      received.filter(({ type }) => type === 'error').map(({ code }) => String(code)),
    )
    expect(errors).not.toContain('internal_error')
    expect(errors.length).toBeGreaterThan(100)
    expect([...new Set(errors)].toSorted()).toEqual([
      ...['forbidden_character', 'invalid_request', 'malformed_json', 'message_not_text'],
      ...['message_too_long', 'message_type_unknown', 'token_invalid'],
    ])
    for (const { received } of [...hostiles, ann, bob]) for (const each of received) check(each)
    expect(bob.received.filter(({ type }) => type === 'error')).toEqual([])
    expect(service.faults).toEqual([])
    for (const each of [...hostiles, ann, bob]) await each.close()
  })
})

/** A connection that sends more than 64 KiB at once is closed, which is for another test. */
const values = [
  'あ'.repeat(3000),
  ...hostile.filter((each) => JSON.stringify(each).length < 20_000),
]

/** Something right, something wrong in it, or nothing of the kind. */
function frameFrom(next: () => number): string | Buffer | object {
  const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T
  const chance = next()
  if (chance < 0.15) return one(broken)
  if (chance < 0.2) return Buffer.from(one(broken))
  const type = chance < 0.85 ? one(Object.keys(RoomInput)) : one(values)
  const fields = { type, content: one(values), is_typing: one(values), token: one(values) }
  const names = Object.keys(fields) as (keyof typeof fields)[]
  const kept = names.filter((name) => name === 'type' || name === fieldOf[type as string])
  const strays = next() < 0.2 ? [one(names)] : []
  return Object.fromEntries([...kept, ...strays].map((name) => [name, fields[name]]))
}

const fieldOf: Record<string, string> = {
  message: 'content',
  typing: 'is_typing',
  auth: 'token',
}

/** Holds what comes against the schema that the document has for it. */
function checkOf(app: Service['app']) {
  const ajv = new Ajv2020({ strict: false, validateFormats: true })
  formats.default(ajv)
  ajv.addSchema({ ...app.swagger(), $id: 'openapi' })
  const validate = ajv.compile({ $ref: 'openapi#/components/schemas/RoomOutput' })
  return (said: object) => {
    expect(validate(said), `${JSON.stringify(said)}: ${ajv.errorsText(validate.errors)}`).toBe(true)
  }
}
