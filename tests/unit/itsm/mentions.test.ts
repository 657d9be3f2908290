import { expect, test } from 'vitest'
import { mentionsIn } from '../../../src/itsm/incidents/mentions.ts'

test.for([
  ['@hanako 確認を', 'hanako'],
  ['(@Hanako), 確認を', 'hanako'],
  ['確認を@hanako。', 'hanako'],
  ['@hanakoさん、確認を', 'hanako'],
  ['@ｈａｎａｋｏ', 'hanako'],
  ['@花子', '花子'],
  ['@花子。', '花子'],
  ['@t.yamada.', 't.yamada'],
  ['@Hanako@Example.JP を', 'hanako@example.jp'],
  ['a\n@hanako', 'hanako'],
] as const)('in %j %s is meant', ([content, key]) => {
  expect(mentionsIn(content)).toContain(key)
})

test.for(['mail to hanako@example.jp', '@', '@ hanako', 'a.b@hanako', 'no one'])(
  'in %j nobody is meant',
  (content) => {
    expect(mentionsIn(content)).toEqual([])
  },
)

test('no more than fifty are looked for, each under few names', () => {
  const content = Array.from({ length: 1000 }, (_, n) => `@user${n}`).join(' ')
  expect(mentionsIn(content)).toHaveLength(50)
})
