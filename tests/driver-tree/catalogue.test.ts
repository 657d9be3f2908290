import { describe, expect, test } from '../support/service.ts'

const category = '/api/v1/driver-tree/category'
const formula = (driver_tree: string, KPI: string) =>
  `/api/v1/driver-tree/formula?${new URLSearchParams({ driver_tree, KPI })}`

describe('industries', () => {
  test('come with their driver tree types, and the KPIs', async ({ signIn }) => {
    const user = await signIn()
    const response = await user.get(category)
    expect(response.statusCode).toBe(200)
    const { categories, kpis } = response.json()
    expect(kpis).toEqual(['売上', '原価', '販管費', '粗利', '営業利益', 'EBITDA'])
    expect(categories).toHaveLength(20)
    expect(categories[9].category_name).toBe('金融業、保険業')
    expect(categories[9].industries[0]).toEqual({
      industry_id: 62,
      industry_name: '銀行業',
      driver_types: [
        { driver_type_id: 24, driver_type: '貸出額×利率型' },
        { driver_type_id: 21, driver_type: '決済額×手数料割合型①' },
        { driver_type_id: 23, driver_type: '運用額×手数料割合型' },
      ],
    })
  })

  test('are not sent twice', async ({ signIn }) => {
    const user = await signIn()
    for (const url of [category, formula('貸出額×利率型', '売上')]) {
      const { headers } = await user.get(url)
      const again = await user.get(url, { 'if-none-match': String(headers.etag) })
      expect(again.statusCode).toBe(304)
    }
  })

  test('are for those who have signed in', async ({ app }) => {
    expect((await app.inject(category)).statusCode).toBe(401)
    expect((await app.inject(formula('貸出額×利率型', '売上'))).statusCode).toBe(401)
  })
})

describe('formulas of a type', () => {
  test('are those of the KPI', async ({ signIn }) => {
    const user = await signIn()
    const response = await user.get(formula('貸出額×利率型', '営業利益'))
    expect(response.json()).toEqual({
      formulas: [
        '営業利益 = 粗利 - 販管費',
        '粗利 = 売上',
        '売上 = 貸出額 * 利率',
        '販管費 = 人件費 + 広告宣伝費 + 貸倒引当金繰入額 + 利息返還損失引当金繰入額 + その他_販管費',
      ],
    })
  })

  test('are found in any spelling', async ({ signIn }) => {
    const user = await signIn()
    const expected = (await user.get(formula('生産_製造数量×出荷率型', 'EBITDA'))).json()
    expect(expected.formulas.length).toBeGreaterThan(5)
    for (const [type, kpi] of [
      ['生産・製造数量×出荷率型', 'EBITDA'],
      ['生産･製造数量×出荷率型', 'ＥＢＩＴＤＡ'],
      [' 生産＿製造数量×出荷率型 ', 'ebitda'],
    ] as const) {
      expect((await user.get(formula(type, kpi))).json(), type).toEqual(expected)
    }
    const number = await user.get(formula('利用量×単価型1', '売上'))
    expect(number.statusCode).toBe(200)
  })

  test('are 404 where there are none, which says what there is', async ({ signIn }) => {
    const user = await signIn()
    for (const [type, kpi, code, detail] of [
      ['__proto__', '売上', 'driver_type_not_found', '貸出額×利率型'],
      ['貸出額×利率型', '利益', 'kpi_formula_not_found', '営業利益'],
      ['貸出額×利率型', '原価', 'driver_type_without_formulas', '粗利'],
      ['売上・原価・販管費の概念が存在しない', '売上', 'driver_type_without_formulas', '売上'],
    ] as const) {
      const response = await user.get(formula(type, kpi))
      expect(response.statusCode).toBe(404)
      expect(response.json()).toMatchObject({ code, detail: expect.stringContaining(detail) })
    }
  })

  test('need both a type and a KPI', async ({ signIn }) => {
    const user = await signIn()
    for (const query of [
      'driver_tree=a',
      'KPI=a',
      'driver_tree=&KPI=',
      `driver_tree=a&KPI=${'a'.repeat(101)}`,
    ]) {
      const response = await user.get(`/api/v1/driver-tree/formula?${query}`)
      expect(response.statusCode, query).toBe(422)
    }
  })
})
