import { type Batch, type Figure, type Prepared, prepare } from './batch.ts'
import { checkCompleteness, checkMarks, checkMissing } from './completeness.ts'
import { type Finding, finding, type Severity } from './findings.ts'
import { checkRange, checkReferences, checkSchema, checkUniqueness } from './form.ts'
import {
  checkOutliers,
  checkRevisions,
  checkSexRatio,
  checkSwappedAreas,
  checkUnitJumps,
} from './growth.ts'
import { checkAreaSums, checkPartSums } from './sums.ts'
import { checkContinuity, checkCycle, checkFreshness, checkShift } from './time.ts'

type Check = {
  name_ja: string
  name_en: string
  description_ja: string
  description_en: string
  /** What it finds cannot be stored, or not be told apart: nobody may publish it all the same. */
  isFinal?: true
  run: (batch: Prepared) => Finding[]
}

/** Every check there is, in the order in which they run: to add one is to add a function here. */
export const checks = {
  schema: {
    name_ja: '形式',
    name_en: 'Schema',
    description_ja: '指標と時点が既知で、単位が指標の単位と同じで、値か記号の一方がある。',
    description_en:
      'Indicator and period are known, the unit is that of the indicator, and there is a value or a mark.',
    isFinal: true,
    run: checkSchema,
  },
  uniqueness: {
    name_ja: '一意性',
    name_en: 'Uniqueness',
    description_ja: '同じ指標・地域・時点は一度だけ。同じ値の重複はまとめ、異なる値は誤り。',
    description_en:
      'Each indicator, area and period comes once; repeated with the same value it is merged.',
    isFinal: true,
    run: checkUniqueness,
  },
  range: {
    name_ja: '範囲',
    name_en: 'Range',
    description_ja: '値は有限。数は0以上、人などの数は整数、割合は0～100。',
    description_en:
      'Values are finite, counts are not negative and of whole things, shares are 0 to 100.',
    isFinal: true,
    run: checkRange,
  },
  referential: {
    name_ja: '参照',
    name_en: 'References',
    description_ja: '地域コードが存在し、その時点で有効である。廃止コードは後継コードを示す。',
    description_en:
      'Areas exist and did so in the period; of one that was replaced the successor is named.',
    isFinal: true,
    run: checkReferences,
  },
  freshness: {
    name_ja: '鮮度',
    name_en: 'Freshness',
    description_ja: '公表日が未来でなく、同じ出典の現在の値より古くない。',
    description_en: 'Published neither in the future nor before what the same source said last.',
    run: checkFreshness,
  },
  cycle: {
    name_ja: '更新周期',
    name_en: 'Cycle',
    description_ja: '通常の周期から見て、新しい時点の値が遅れていない。',
    description_en: 'By its usual cycle no newer period is overdue.',
    run: checkCycle,
  },
  continuity: {
    name_ja: '時点の連続性',
    name_en: 'Continuity',
    description_ja: '時点の間に抜けがなく、時点の種類が変わっていない。',
    description_en: 'No period is left out, and all are of the kind there was before.',
    run: checkContinuity,
  },
  period_shift: {
    name_ja: '時点のずれ',
    name_en: 'Shifted periods',
    description_ja: '前後の時点の値がそのまま入っていない。',
    description_en: 'Figures are not those of the period before or after.',
    run: checkShift,
  },
  completeness: {
    name_ja: '完全性',
    name_en: 'Completeness',
    description_ja: '都道府県は47、市区町村はその都道府県のすべてがそろっている。',
    description_en: 'All 47 prefectures are there, and all municipalities of a prefecture.',
    run: checkCompleteness,
  },
  missing_share: {
    name_ja: '欠測の割合',
    name_en: 'Missing values',
    description_ja: '記号（欠測・秘匿）は半分以下である。',
    description_en: 'No more than half of the figures are marks.',
    run: checkMissing,
  },
  mark_share: {
    name_ja: '記号への変化',
    name_en: 'Marks',
    description_ja: '値が記号に、秘匿値が0に変わっていない。',
    description_en: 'Values did not become marks, nor withheld figures zeros.',
    run: checkMarks,
  },
  area_sum: {
    name_ja: '地域の合計',
    name_en: 'Sums of areas',
    description_ja: '都道府県の合計が全国、市区町村の合計が都道府県と、丸めの範囲で一致する。',
    description_en:
      'Prefectures add up to the nation and municipalities to prefectures, but for rounding.',
    run: checkAreaSums,
  },
  part_sum: {
    name_ja: '内訳の合計',
    name_en: 'Sums of parts',
    description_ja: '男女の合計、年齢（不詳を含む）の合計が総数と、丸めの範囲で一致する。',
    description_en:
      'Male and female, and ages with unknown ones, make the total, but for rounding.',
    run: checkPartSums,
  },
  unit_jump: {
    name_ja: '単位の変化',
    name_en: 'Unit jumps',
    description_ja: '前の値の10倍・100倍・1000倍、またはその逆数になっていない。',
    description_en: 'Not ten, a hundred or a thousand times the last figure, nor a fraction of it.',
    run: checkUnitJumps,
  },
  swapped_areas: {
    name_ja: '地域の取り違え',
    name_en: 'Swapped areas',
    description_ja: '二つの地域の値が入れ替わっていない。',
    description_en: "No two areas have each other's figures.",
    run: checkSwappedAreas,
  },
  sex_ratio: {
    name_ja: '男女の取り違え',
    name_en: 'Exchanged sexes',
    description_ja: '多くの地域で男女の比が逆転していない（合計では分からない取り違え）。',
    description_en: 'The sex ratio of most areas is not inverted, which no sum of both would show.',
    run: checkSexRatio,
  },
  outlier: {
    name_ja: '外れ値',
    name_en: 'Outliers',
    description_ja: '年あたりの増減が、他の地域とその地域の過去に比べて大きく外れていない。',
    description_en:
      'Growth does not stand out among other areas and in the history of the area (modified z-score).',
    run: checkOutliers,
  },
  revision_size: {
    name_ja: '改定の大きさ',
    name_en: 'Size of revisions',
    description_ja: '同じ時点の値の改定が5％以内である。',
    description_en: 'Figures of the same period are revised by no more than 5 %.',
    run: checkRevisions,
  },
} as const satisfies Record<string, Check>

export type CheckId = keyof typeof checks

export type QualityResult = Omit<Finding, 'severity'> & {
  check: CheckId
  severity: Severity | 'passed'
}

/** How many findings of one check are kept; the rest is one more, with the count of its keys. */
const maxFindings = 50

/**
 * Checks a batch, one step a check, so that whoever calls can let others go first in between. The
 * first step arranges the batch and answers nothing.
 */
export function* runChecks(batch: Batch): Generator<QualityResult[], Figure[]> {
  const prepared = prepare(batch)
  yield []
  for (const [id, { run }] of Object.entries(checks)) {
    yield resultsOf(id as CheckId, run(prepared), batch.figures.length)
  }
  return prepared.merged
}

function resultsOf(check: CheckId, findings: Finding[], count: number): QualityResult[] {
  if (findings.length === 0) {
    const observed = `${count} figures`
    return [
      { check, severity: 'passed', scope: '', observed, expected: '', failing: 0, sample: [] },
    ]
  }
  const sorted = findings.sort(
    (a, b) => a.severity.localeCompare(b.severity) || b.failing - a.failing,
  )
  const rest = sorted.slice(maxFindings)
  const kept = sorted.slice(0, maxFindings)
  if (rest[0]) {
    const observed = `${rest.length} more findings`
    const more = finding(rest[0].severity, 'others', { observed, expected: '', keys: [] })
    kept.push({ ...more, failing: rest.reduce((sum, { failing }) => sum + failing, 0) })
  }
  return kept.map((each) => ({ check, ...each }))
}

/** All results at once, for those who need not wait in between. */
export function checkBatch(batch: Batch): { results: QualityResult[]; merged: Figure[] } {
  const results: QualityResult[] = []
  const steps = runChecks(batch)
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return { results, merged: step.value }
    results.push(...step.value)
  }
}
