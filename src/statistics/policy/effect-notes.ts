import type { Note } from '../../../schemas/statistics/meta.ts'
import type { Assumption, EffectWarning } from '../effects/caveats.ts'
import type { EffectMethod } from '../effects/effect.ts'

type Text = { ja: string; en: string }

export const methodNames: Record<EffectMethod, Text> = {
  before_after: {
    ja: '前後比較（因果効果ではありません）',
    en: 'Before and after (not causal)',
  },
  interrupted_series: {
    ja: '分割時系列分析',
    en: 'Interrupted time series (Wagner et al. 2002), Newey-West errors',
  },
  difference_in_differences: {
    ja: '差の差分析',
    en: 'Difference in differences (Callaway & Sant’Anna 2021), clustered by area',
  },
  synthetic_control: {
    ja: '合成コントロール法',
    en: 'Synthetic control (Abadie, Diamond & Hainmueller 2010), placebos in space',
  },
}

const assumptions: Record<Assumption, Text> = {
  nothing_else_changed: {
    ja: '同じ時期に、指標に影響する他の変化がないこと。',
    en: 'Nothing else changed the indicator at the same time.',
  },
  trend_would_have_continued: {
    ja: '政策がなければ、それまでの傾向が続いたこと。',
    en: 'Without the policy its trend would have gone on.',
  },
  parallel_trends: {
    ja: '政策がなければ、対象地域と比較地域が同じように推移したこと。',
    en: 'Without the policy treated and control areas would have moved alike.',
  },
  no_anticipation: {
    ja: '開始前に政策を見越した変化がないこと。',
    en: 'Nobody acted on the policy before it began.',
  },
  no_spillover: {
    ja: '政策の影響が比較地域に及んでいないこと。',
    en: 'The policy does not reach the areas it is compared with.',
  },
  donors_share_influences: {
    ja: '比較地域が、対象地域と同じ要因の影響を受けていること。',
    en: 'What moves the treated area moves the donors, too.',
  },
}

const warnings: Record<EffectWarning, Text> = {
  gaps_in_series: { ja: '系列に欠測があります。', en: 'There are gaps in the series.' },
  treated_averaged: {
    ja: '複数の対象地域を平均して一つの系列としています。',
    en: 'Several treated areas are averaged into one series.',
  },
  short_series: {
    ja: '時点が50未満のため、標準誤差は小さめに出ることがあります。',
    en: 'With fewer than 50 points the standard errors may be too small.',
  },
  autocorrelated: {
    ja: '残差に自己相関が残っています。',
    en: 'The residuals are still autocorrelated.',
  },
  pre_trend_differs: {
    ja: '開始前の推移が対象地域と比較地域で異なります。平行トレンドの仮定は疑わしいものです。',
    en: 'Treated and controls went apart before the start: parallel trends are in doubt.',
  },
  pre_trend_untested: {
    ja: '開始前の推移を検定できませんでした。',
    en: 'Whether trends were parallel before could not be tested.',
  },
  few_treated_areas: {
    ja: '対象地域が少ないため、誤差は比較地域のばらつきから求めています。',
    en: 'There are few treated areas; errors come from how the controls vary.',
  },
  few_clusters: {
    ja: '地域が10未満のため、ワイルド・ブートストラップを用いています。',
    en: 'With fewer than ten areas errors come from a wild bootstrap.',
  },
  no_standard_error: {
    ja: '標準誤差を求められません。',
    en: 'There is no standard error to be had.',
  },
  areas_left_out: {
    ja: '欠測などのため除いた地域があります（detail 参照）。',
    en: 'Areas with gaps are left out; see detail.',
  },
  weak_pre_fit: {
    ja: '開始前の当てはまりがよくありません。',
    en: 'The fit before the start is weak.',
  },
  few_placebos: {
    ja: 'プラセボが10未満のため、p値は0.1程度より小さくなりません。',
    en: 'With fewer than ten placebos no p-value can be below about 0.1.',
  },
  placebos_left_out: {
    ja: '開始前の誤差が大きい地域をプラセボから除いています。',
    en: 'Donors that fit badly before the start are no placebos.',
  },
  one_donor_decides: {
    ja: '結果が一つの比較地域に左右されます。',
    en: 'One donor decides the outcome.',
  },
  not_converged: {
    ja: '重みの計算が収束していません。',
    en: 'The weights did not converge.',
  },
}

export const assumptionNote = (code: Assumption): Note => ({ code, ...assumptions[code] })
export const warningNote = (code: EffectWarning): Note => ({ code, ...warnings[code] })
