import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readChart } from '../../../src/analysis/charts/chart.ts'
import type { Tables } from '../../../src/analysis/engine.ts'
import { runAggregate } from '../../../src/analysis/steps/aggregate.ts'
import { runFilter } from '../../../src/analysis/steps/filter.ts'
import type { Axis, Relation } from '../../../src/analysis/steps/model.ts'
import { runFormulas } from '../../../src/analysis/steps/summary.ts'
import { runTransform } from '../../../src/analysis/steps/transform.ts'
import { insertRows, openTables, rowsOf } from '../../support/analysis-tables.ts'
import { aggregateOf } from '../../support/reference/aggregate.ts'
import { filterOf } from '../../support/reference/filter.ts'
import {
  aggregateFrom,
  chartsFrom,
  diceFrom,
  filterFrom,
  formulasFrom,
  tableFrom,
  transformFrom,
} from '../../support/reference/random.ts'
import { expectSameNumbers, expectSameRows, isSame, scaleOf } from '../../support/reference/same.ts'
import { chartOf, formulasOf } from '../../support/reference/summary.ts'
import { isRefusal, type Plain } from '../../support/reference/table.ts'
import { transformOf } from '../../support/reference/transform.ts'

let tables: Tables
let close: () => Promise<void>
beforeAll(async () => {
  ;({ tables, close } = await openTables())
})
afterAll(() => close())

const insert = (table: Plain) =>
  insertRows(
    tables,
    table.axes.map((name): Axis => ({ name, kind: name === '年度' ? '推移' : '軸' })),
    table.rows,
  )

/** What work gives, or that it was refused. */
async function outcomeOf<Result>(
  work: () => Result | Promise<Result>,
): Promise<Result | 'refused'> {
  try {
    return await work()
  } catch (error) {
    if (isRefusal(error) || Object(error).failure === 'invalid_request') return 'refused'
    throw error
  }
}

async function expectTable(made: { relation: Relation }, expected: Plain, said: string) {
  expect(
    made.relation.axes.map(({ name }) => name),
    said,
  ).toEqual(expected.axes)
  expectSameRows(await rowsOf(tables, made.relation), expected.rows, said)
  expect(made.relation.row_count, said).toBe(expected.rows.length)
}

const seeds = Array.from({ length: 25 }, (_, seed) => seed)

describe('what the engine gives is what plain loops give', () => {
  test.each(seeds)('of a filter (%i)', async (seed) => {
    const dice = diceFrom(seed)
    const [table, other] = [tableFrom(dice), tableFrom(dice)]
    const config = filterFrom(dice, table, ['original', 'other'])
    const [source, beside] = [await insert(table), await insert(other)]
    const made = await runFilter(tables, source, config, (link) =>
      link === 'other' ? beside : source,
    )
    const expected = filterOf(table, config, { original: table, other })
    await expectTable(made, expected, JSON.stringify(config))
  })

  test.each(seeds)('of an aggregate (%i)', async (seed) => {
    const dice = diceFrom(seed)
    const table = tableFrom(dice)
    const config = aggregateFrom(dice, table)
    const made = await runAggregate(tables, await insert(table), config)
    await expectTable(made, aggregateOf(table, config), JSON.stringify(config))
  })

  test.each(seeds)('of a transform (%i)', async (seed) => {
    const dice = diceFrom(seed)
    const table = tableFrom(dice)
    const config = transformFrom(dice, table)
    const said = JSON.stringify(config)
    const source = await insert(table)
    const expected = await outcomeOf(() => transformOf(table, config))
    const made = await outcomeOf(() => runTransform(tables, source, config))
    if (expected === 'refused' || made === 'refused') expect(made, said).toBe(expected)
    else await expectTable(made, expected, said)
  })

  test.each(seeds)('of formulas (%i)', async (seed) => {
    const dice = diceFrom(seed)
    const table = tableFrom(dice)
    const formulas = formulasFrom(dice, table)
    const made = await runFormulas(tables, await insert(table), formulas)
    const expected = formulasOf(table, formulas)
    for (const { name, value } of made.formulas) {
      const said = `${name}: ${value}, and not ${expected[name]} (${JSON.stringify(formulas)})`
      expect(isSame(value, expected[name] ?? null, scaleOf(table.rows)), said).toBe(true)
    }
  })

  test.each(seeds)('of charts (%i)', async (seed) => {
    const dice = diceFrom(seed)
    const table = tableFrom(dice, { isUnique: true })
    const whole = dice.chance(0.5)
    const one = whole
      ? table
      : { ...table, rows: table.rows.filter(({ s }) => s === table.rows[0]?.s) }
    const source = await insert(one)
    for (const config of chartsFrom(dice, one)) {
      const said = JSON.stringify(config)
      const expected = await outcomeOf(() => chartOf(one, config, ['年度']))
      const made = await outcomeOf(() => readChart(tables, source, config))
      if (expected === 'refused' || made === 'refused') {
        expect(made, said).toBe(expected)
        continue
      }
      expect(made.chart.categories, said).toEqual(expected.categories)
      expect(
        made.chart.series.map(({ name }) => name),
        said,
      ).toEqual(expected.series.map(({ name }) => name))
      for (const [at, { values, x }] of made.chart.series.entries()) {
        expectSameNumbers(values, expected.series[at]?.values ?? [], said)
        if (x) expectSameNumbers(x, expected.series[at]?.x ?? [], said)
      }
    }
  })
})
