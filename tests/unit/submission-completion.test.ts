import { describe, expect, test } from 'vitest'
import { completionOf } from '../../src/submissions/completion.ts'

const document = (document_type: string, more = {}) => ({
  document_type,
  required: true,
  validity_days: null,
  ...more,
})
const file = (document_type: string | null, more = {}) => ({
  document_type,
  review: 'pending',
  uploaded_at: '2026-01-01T00:00:00.000Z',
  ...more,
})
const three = ['a', 'b', 'c'].map((name) => document(name))

describe('completionOf', () => {
  test('counts documents, not files', () => {
    expect(completionOf(three, [file('a'), file('a'), file('b', { review: 'accepted' })])).toEqual({
      required: 3,
      received: 2,
      percentage: 66,
      missing: ['c'],
      expired: [],
    })
  })

  test('counts neither what was rejected nor what is nothing in particular', () => {
    const files = [file('a', { review: 'rejected' }), file(null), file('z')]
    expect(completionOf(three, files)).toMatchObject({ received: 0, missing: ['a', 'b', 'c'] })
    const again = [...files, file('a')]
    expect(completionOf(three, again)).toMatchObject({ received: 1, missing: ['b', 'c'] })
  })

  test('does not ask for what is not required', () => {
    const documents = [document('a'), document('b', { required: false })]
    expect(completionOf(documents, [file('a')])).toMatchObject({ required: 1, percentage: 100 })
    expect(completionOf(documents, [file('b')])).toMatchObject({ received: 0, percentage: 0 })
  })

  test('is complete when nothing is asked for', () => {
    expect(completionOf([], [])).toEqual({
      required: 0,
      received: 0,
      percentage: 100,
      missing: [],
      expired: [],
    })
  })

  test('says what is no longer valid, to the moment', () => {
    const documents = [document('a', { validity_days: 90 })]
    const at = (time: string) => completionOf(documents, [file('a')], time)
    expect(at('2026-04-01T00:00:00.000Z')).toMatchObject({ received: 1, expired: [] })
    expect(at('2026-04-01T00:00:00.001Z')).toMatchObject({
      received: 0,
      missing: ['a'],
      expired: ['a'],
    })
    const newer = [file('a'), file('a', { uploaded_at: '2026-03-01T00:00:00.000Z' })]
    expect(completionOf(documents, newer, '2026-04-02T00:00:00.000Z')).toMatchObject({
      received: 1,
    })
  })
})
