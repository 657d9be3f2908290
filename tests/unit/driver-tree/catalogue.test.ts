import { describe, expect, test } from 'vitest'
import { driverTypes } from '../../../db/seeds/driver-tree/driver-types.ts'
import { divisions } from '../../../db/seeds/driver-tree/industries.ts'
import { treeKpis } from '../../../schemas/driver-tree/catalogue.ts'
import { listCatalogueFormulas } from '../../../src/driver-tree/catalogue/formulas.ts'
import { buildModel } from '../../../src/driver-tree/formulas/build.ts'

const lists = driverTypes
  .filter(({ formulas }) => formulas.length > 0)
  .flatMap(({ id, name }) => treeKpis.map((kpi) => ({ id, name, kpi })))
  .filter(({ id, kpi }) => !(id === 24 && kpi === '原価'))

const formulasOf = (id: number, KPI: string) =>
  listCatalogueFormulas({
    driver_tree: driverTypes.find((type) => type.id === id)?.name ?? '',
    KPI,
  })

describe('the catalogue', () => {
  test('has every division and group, and the types of each', () => {
    expect(divisions.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
    const groups = divisions.flatMap((division) => division.groups)
    expect(groups.map(([id]) => id)).toEqual(Array.from({ length: 99 }, (_, at) => at + 1))
    expect(new Set(groups.map(([, name]) => name)).size).toBe(99)
    const known = driverTypes.map(({ id }) => id)
    expect(known).toEqual([...Array.from({ length: 24 }, (_, at) => at + 1), 99])
    for (const [, name, ...types] of groups) {
      expect(types.length, name).toBeGreaterThan(0)
      expect(known, name).toEqual(expect.arrayContaining(types))
    }
    const used = new Set(groups.flatMap(([, , ...types]) => types))
    expect([...used].sort((a, b) => a - b)).toEqual(known)
  })

  test('has 143 lists', () => {
    expect(lists).toHaveLength(24 * 6 - 1)
  })

  test.each(lists)('has a list for $name and $kpi that is one tree', ({ id, kpi }) => {
    const formulas = formulasOf(id, kpi)
    const { nodes, roots } = buildModel(formulas)
    expect(roots).toEqual([kpi])
    expect(new Set(formulas).size).toBe(formulas.length)
    const defined = nodes.filter((node) => node.operator !== null && !node.is_intermediate)
    expect(defined).toHaveLength(formulas.length)
  })

  test.each(driverTypes)('has every formula of $name in its lists', ({ id, formulas }) => {
    if (formulas.length === 0) return
    expect(formulasOf(id, 'EBITDA')).toEqual(expect.arrayContaining([...formulas]))
  })

  test('composes margins and profits of what is written down', () => {
    expect(formulasOf(9, 'EBITDA')).toEqual([
      'EBITDA = 営業利益 + 減価償却費',
      '営業利益 = 粗利 - 販管費',
      '粗利 = 売上 - 原価',
      '売上 = 販売数量 * 販売単価',
      '販売数量 = 仕入数量 * 出荷率',
      '原価 = 商品原価 + その他_原価',
      '商品原価 = 販売数量 * 仕入単価',
      '販管費 = 人件費 + 支払手数料 + 減価償却費 + その他_販管費',
    ])
    expect(formulasOf(24, '粗利')).toEqual(['粗利 = 売上', '売上 = 貸出額 * 利率'])
  })

  test.each(driverTypes.filter(({ formulas }) => formulas.length > 0))(
    'adds back all depreciation of $name',
    ({ id }) => {
      const { nodes } = buildModel(formulasOf(id, 'EBITDA'))
      const childrenOf = (key: string) => nodes.find((node) => node.key === key)?.children ?? []
      const costs = [...childrenOf('原価'), ...childrenOf('販管費')]
      const depreciation = costs.filter((key) => key.startsWith('減価償却費'))
      const added = childrenOf('EBITDA').slice(1)
      expect(added).toEqual(depreciation.length > 0 ? depreciation : ['減価償却費'])
    },
  )

  test('adds costs, and takes the stock at the end off', () => {
    for (const { id, kpi } of lists) {
      for (const node of buildModel(formulasOf(id, kpi)).nodes) {
        const isCost = /^(原価|販管費|当期総費用)$/.test(node.key)
        if (isCost && id !== 17) expect(node.operator, `${id} ${node.key}`).toBe('+')
        if (node.children.includes('期末棚卸高')) {
          expect([node.operator, node.children.at(-1)]).toEqual(['-', '期末棚卸高'])
        }
      }
    }
  })
})
