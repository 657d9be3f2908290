import { describe, expect, test } from 'vitest'
import { buildModel } from '../../../src/driver-tree/formulas/build.ts'
import { parseFormula } from '../../../src/driver-tree/formulas/parse.ts'
import { tokenize } from '../../../src/driver-tree/formulas/tokens.ts'
import { faultsOf } from './faults.ts'

/** The right side with all parentheses. */
function meaning(formula: string): string {
  const stack: string[] = []
  for (const step of parseFormula(formula, 'formulas.0').steps) {
    if (step.kind === 'label') stack.push(step.key)
    else if (step.kind === 'number') stack.push(String(step.value))
    else {
      const operands = stack.splice(stack.length - step.count)
      const isFunction = /^[A-Z]/.test(step.operator)
      if (isFunction) stack.push(`${step.operator}(${operands.join(',')})`)
      else stack.push(`(${operands.length === 1 ? '-' : ''}${operands.join(step.operator)})`)
    }
  }
  expect(stack).toHaveLength(1)
  return stack[0] as string
}

describe('a formula', () => {
  test.each([
    ['A = a + b * c', '(a+(b*c))'],
    ['A = a * b + c', '((a*b)+c)'],
    ['A = a - b - c', '((a-b)-c)'],
    ['A = a / b * c', '((a/b)*c)'],
    ['A = (a + b) * c', '((a+b)*c)'],
    ['A = -a * b', '((-a)*b)'],
    ['A = a * -b', '(a*(-b))'],
    ['A = a - -b', '(a-(-b))'],
    ['A = -(a + b)', '(-(a+b))'],
    ['A = -5', '-5'],
    ['A = --5', '5'],
    ['A = IF(a + 1 <= b * 2, a, b)', 'IF(((a+1)<=(b*2)),a,b)'],
    ['A = IF(a = b, 1, 0)', 'IF((a=b),1,0)'],
    ['A = IF(a ≠ b; 1; 0)', 'IF((a<>b),1,0)'],
    ['A = IF(a != b、 1、 0)', 'IF((a<>b),1,0)'],
    ['A = IF(a ≧ b， 1， 0)', 'IF((a>=b),1,0)'],
    ['A = IF(a＜＝b, 1, 0)', 'IF((a<=b),1,0)'],
    ['A = IF((a < b) = c, 1, 0)', 'IF(((a<b)=c),1,0)'],
    ['A = ｓｕｍ（a，b，c）', 'SUM(a,b,c)'],
    ['A = Round (a, 2)', 'ROUND(a,2)'],
    ['A = PREV(a, 0) + prev(b)', '(PREV(a,0)+PREV(b))'],
    ['A = AVG(MIN(a, b), MAX(c))', 'AVG(MIN(a,b),MAX(c))'],
  ])('reads %s', (formula, expected) => {
    expect(meaning(formula)).toBe(expected)
  })

  test.each([
    ['Ａ＝ａ＋ｂ', '(a+b)'],
    ['Ａ＝ａ－ｂ', '(a-b)'],
    ['A = a − b', '(a-b)'],
    ['A = a ﹣ b', '(a-b)'],
    ['A = a×b', '(a*b)'],
    ['A = a ✕ b', '(a*b)'],
    ['A = a＊b', '(a*b)'],
    ['A = a÷b', '(a/b)'],
    ['A = a／b', '(a/b)'],
    ['A = （a＋b）×c', '((a+b)*c)'],
  ])('reads the signs of %s', (formula, expected) => {
    expect(meaning(formula)).toBe(expected)
  })

  test.each([
    ['1', 1],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1.', 1],
    ['１２．５', 12.5],
    ['1e3', 1000],
    ['1e-3', 0.001],
    ['1E+3', 1000],
    ['1e−3', 0.001],
    ['5%', 0.05],
    ['５％', 0.05],
    ['1.1 %', 0.011],
    ['-5%', -0.05],
  ])('reads the number %s', (text, value) => {
    expect(parseFormula(`A = ${text}`, 'f').steps).toEqual([{ kind: 'number', value }])
  })

  test.each([
    '1人当たり売上',
    '3月 売上',
    'その他_原価',
    'コーヒー・紅茶',
    '粗利率%',
    'データ',
    'サーバー',
    'R&D費',
    'Größe',
    'выручка',
    'إيرادات',
    'がっこう',
    '売上😀',
    '__proto__',
    'constructor',
    'SUM',
    'IF',
    '1e',
    '1e5個',
    '2025.4.1',
    '㈱A社',
    '½',
    '…',
  ])('takes %s as a label', (label) => {
    expect(parseFormula(`A = ${label}`, 'f').steps).toEqual([
      { kind: 'label', label, key: label.normalize('NFKC') },
    ])
  })

  test('takes any label in brackets', () => {
    const labels = (formula: string) =>
      tokenize(formula, 'f').flatMap((token) => (token.kind === 'label' ? [token.key] : []))
    expect(
      labels('[A-1店舗] = [売上(税込)] + ［単価／個］ * [a]]b] + [5] + [ー] + [x, y]'),
    ).toEqual(['A-1店舗', '売上(税込)', '単価/個', 'a]b', '5', 'ー', 'x, y'])
  })

  test('holds labels the same that NFKC and spaces do not tell apart', () => {
    const { nodes } = buildModel(['Ａ = ｶﾞｽ　代 + 電 気', 'Ｂ = ガス 代 + 電   気 + A'])
    expect(nodes.map(({ key }) => key)).toEqual(['A', 'ガス 代', '電 気', 'B'])
    expect(nodes[0]?.label).toBe('Ａ')
  })

  test.each([
    ['', 'formula_empty', 1],
    ['   ', 'formula_empty', 4],
    ['a + b', 'formula_no_equals', 6],
    ['A = b = c', 'formula_second_equals', 7],
    ['A = = c', 'formula_operand_missing', 5],
    ['= a', 'formula_left_empty', 1],
    ['5 = a', 'formula_left_number', 1],
    ['A + B = c', 'formula_left_not_label', 1],
    ['売上(税込) = c', 'formula_left_not_label', 1],
    ['A =', 'formula_right_empty', 4],
    ['A = a +', 'formula_operand_missing', 8],
    ['A = * a', 'formula_operand_missing', 5],
    ['A = + a', 'formula_operand_missing', 5],
    ['A = ()', 'formula_operand_missing', 6],
    ['A = (a + b', 'formula_unclosed', 5],
    ['A = SUM(a, b', 'formula_unclosed', 8],
    ['A = a + b)', 'formula_unopened', 10],
    ['A = [a', 'formula_bracket_unclosed', 5],
    ['A = a]', 'formula_bracket_unopened', 6],
    ['A = [ ]', 'formula_label_empty', 5],
    ['A = a [b]', 'formula_operator_missing', 7],
    ['A = 2(a)', 'formula_operator_missing', 6],
    ['A = (a)(b)', 'formula_operator_missing', 8],
    ['A = 売上(税込) + 1', 'formula_label_brackets', 5],
    ['A = SQRT(a)', 'formula_function_unknown', 5],
    ['A = __proto__(a)', 'formula_label_brackets', 5],
    ['A = constructor(a)', 'formula_function_unknown', 5],
    ['A = IF(a, b)', 'formula_arguments', 5],
    ['A = SUM()', 'formula_arguments', 5],
    ['A = ROUND(a, 1, 2)', 'formula_arguments', 5],
    ['A = SUM(a,)', 'formula_operand_missing', 11],
    ['A = a, b', 'formula_separator', 6],
    ['A = (a, b)', 'formula_separator', 7],
    ['A = 1,000', 'formula_thousands', 5],
    ['A = a * 1，000', 'formula_thousands', 9],
    ['A = ROUND(1,000)', 'formula_thousands', 11],
    ['A = 1e999', 'formula_number_range', 5],
    ['A = a < b < c', 'formula_comparison_chained', 11],
    ['A = a ー b', 'formula_vowel_mark', 5],
    ['A = a - ー期末棚卸高', 'formula_vowel_mark', 9],
    ['A = a ^ 2', 'formula_character', 7],
    ['A = a\u0000b', 'formula_character', 6],
    ['A = \ud800', 'formula_character', 5],
    ['A = ㈱Ａ　＋', 'formula_operand_missing', 9],
    ['ｶﾞｽ = a ++ b', 'formula_operand_missing', 10],
    ['か\u3099 = a ++ b', 'formula_operand_missing', 9],
  ])('refuses %j: %s in column %i', (formula, rule, column) => {
    expect(faultsOf(formula)).toEqual([
      expect.objectContaining({ field: 'formulas.0', rule, column }),
    ])
  })

  test('says how a label with parentheses is written', () => {
    expect(faultsOf('A = B + 売上（税込） * 2')).toEqual([
      expect.objectContaining({ suggestion: '[売上（税込）]' }),
    ])
  })

  test('tells the faults of many formulas together, but not of all', () => {
    expect(faultsOf('A = 1', 'B =', 'C = 2', 'D').map(({ field }) => field)).toEqual([
      'formulas.1',
      'formulas.3',
    ])
    expect(faultsOf(...Array.from({ length: 5000 }, () => 'x'))).toHaveLength(100)
  })

  test('is bounded in length, in depth, in the length of labels, and in nodes', () => {
    const nested = (depth: number) => `A = ${'('.repeat(depth)}a${')'.repeat(depth)}`
    expect(meaning(nested(64))).toBe('a')
    expect(faultsOf(nested(65))[0]).toMatchObject({ rule: 'formula_too_deep', column: 70 })
    expect(faultsOf(nested(4000))[0]?.rule).toBe('formula_too_deep')
    expect(faultsOf(`A = ${'-'.repeat(9000)}a`)[0]?.rule).toBe('formula_too_deep')
    expect(faultsOf(`A = ${'ABS('.repeat(2000)}`)[0]?.rule).toBe('formula_function_unknown')
    expect(faultsOf(`A = ${'a'.repeat(256)}`)[0]?.rule).toBe('formula_label_long')
    expect(faultsOf(`A = ${'㍿'.repeat(64)}`)[0]?.rule).toBe('formula_label_long')
    expect(faultsOf(`A = ${'1'.repeat(9000)}x`)[0]?.rule).toBe('formula_label_long')
    expect(faultsOf(`A = a${'\u0301'.repeat(9000)}`)[0]?.rule).toBe('formula_label_long')
    expect(faultsOf(`A = ${'a+'.repeat(5000)}a`)[0]?.rule).toBe('formula_too_long')
    const many = Array.from({ length: 10_000 }, (_, index) => `n${index} = n${index + 1}`)
    expect(faultsOf(...many)).toEqual([
      { field: 'formulas.9999', rule: 'formula_nodes', limit: 10_000 },
    ])
  })
})
