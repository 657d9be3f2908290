import { expect, test } from 'vitest'
import { clusterSymptoms, type Symptom } from '../../../src/itsm/problems/clusters.ts'

const symptom = (id: string, title: string, more: Partial<Symptom> = {}): Symptom => ({
  id,
  title,
  text: title,
  category: null,
  ci_ids: [],
  ...more,
})

const mails = [
  symptom('m1', '庁内メールが送信できない', { category: 'software', ci_ids: ['mail'] }),
  symptom('m2', '庁内メールの送信ができない', { category: 'software', ci_ids: ['mail'] }),
  symptom('m3', '庁内メールを送信できません', { category: 'software', ci_ids: ['mail', 'x'] }),
]
const others = [
  symptom('p1', '三階のプリンターで紙が詰まる'),
  symptom('v1', 'VPN drops every few minutes'),
  symptom('k1', 'キーボードの交換をお願いします'),
]

test('joins those that are alike and leaves the others', () => {
  const clusters = clusterSymptoms({ symptoms: [...others, ...mails], minSize: 3 })
  expect(clusters).toHaveLength(1)
  expect(clusters[0]?.incident_ids.toSorted()).toEqual(['m1', 'm2', 'm3'])
  expect(clusters[0]).toMatchObject({ category: 'software', ci_ids: ['mail'] })
  expect(mails.map(({ title }) => title)).toContain(clusters[0]?.title)
  expect(clusters[0]?.terms.join()).toMatch('庁内メール')
})

test('names what at least half of them have, and nothing else', () => {
  const mixed = mails.map((each, n) => ({ ...each, category: `c${n}` }))
  const [cluster] = clusterSymptoms({ symptoms: [...others, ...mixed], minSize: 2 })
  expect(cluster).toMatchObject({ category: null, ci_ids: ['mail'] })
})

test('a CI that both have joins what the text alone would not', () => {
  const one = symptom('a', '会計システムの画面で入力ができない')
  const two = symptom('b', '会計システムの画面が表示されない')
  const joined = (ci_ids: string[]) =>
    clusterSymptoms({
      symptoms: [
        { ...one, ci_ids },
        { ...two, ci_ids },
      ],
      minSize: 2,
    }).length
  expect([joined([]), joined(['accounts'])]).toEqual([0, 1])
})

test('what is joined to the same one is together, in whatever order they come', () => {
  const orders = [mails, mails.toReversed(), [mails[1], mails[0], mails[2]] as Symptom[]]
  for (const symptoms of orders) {
    const [cluster] = clusterSymptoms({ symptoms, minSize: 2 })
    expect(cluster?.incident_ids.toSorted()).toEqual(['m1', 'm2', 'm3'])
  }
})

test('answers nothing for nothing, and for texts without words', () => {
  expect(clusterSymptoms({ symptoms: [], minSize: 2 })).toEqual([])
  const empty = ['a', 'b', 'c'].map((id) => symptom(id, '!!!'))
  expect(clusterSymptoms({ symptoms: empty, minSize: 2 })).toEqual([])
})

test('finds a few alike ones among ten thousand', () => {
  const words = ['会計', '人事', '住民', '税務', '福祉', '電話', '画面', '印刷', '回線', '端末']
  const noise = Array.from({ length: 10_000 }, (_, n) => {
    const [a, b, c] = [n % 10, Math.floor(n / 10) % 10, Math.floor(n / 100) % 10]
    return symptom(`n${n}`, `${words[a]}${words[b]}${words[c]} ${n * 7919} ${n * 104_729}`)
  })
  const clusters = clusterSymptoms({ symptoms: [...noise, ...mails], minSize: 3 })
  const found = clusters.find(({ incident_ids }) => incident_ids.includes('m1'))
  expect(found?.incident_ids.toSorted()).toEqual(['m1', 'm2', 'm3'])
})
