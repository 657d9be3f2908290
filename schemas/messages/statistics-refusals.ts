/** Why figures cannot carry an answer: the codes are those that pure functions refuse with. */
export const statisticsRefusals = {
  no_figures: {
    status: 422,
    ja: '計算に使える値がありません。指標・地域・年を見直してください。',
    en: 'There is not one figure to work with. Ask for other indicators, areas or years.',
  },
  too_few_points: {
    status: 422,
    ja: '時点が {found} 個しかありません。{needed} 個以上必要です。',
    en: 'There are only {found} points; it takes {needed}.',
  },
  too_few_areas: {
    status: 422,
    ja: '値のある地域が {found} しかありません。{needed} 以上必要です。',
    en: 'Only {found} areas have figures; it takes {needed}.',
  },
  too_few_indicators: {
    status: 422,
    ja: '値のある指標が {found} しかありません。{needed} 以上必要です。',
    en: 'Only {found} indicators have figures; it takes {needed}.',
  },
  not_positive: {
    status: 422,
    ja: '{year} 年の値 {found} が 0 以下のため、比率を計算できません。期間を変えてください。',
    en: 'The value {found} of {year} is not above zero, so there is no ratio. Choose other years.',
  },
  base_missing: {
    status: 422,
    ja: '基準年 {base} の値がありません。別の年を base に指定してください。',
    en: 'There is no value in the base year {base}. Let base be another year.',
  },
  base_not_positive: {
    status: 422,
    ja: '基準年 {base} の値 {found} が 0 以下です。別の年を base に指定してください。',
    en: 'The value {found} of the base year {base} is not above zero. Let base be another year.',
  },
  weight_not_valid: {
    status: 422,
    ja: '{indicator} の重みは 0 以上の数にしてください。',
    en: 'Let the weight of {indicator} be a number of at least zero.',
  },
  no_weight: {
    status: 422,
    ja: '重みがすべて 0 です。少なくとも一つの指標に正の重みを付けてください。',
    en: 'All weights are zero. Give at least one indicator a weight above it.',
  },
  horizon_too_long: {
    status: 422,
    ja: '予測できるのは履歴の半分の {longest} 時点先までです（指定 {asked}）。horizon を短くしてください。',
    en: 'The horizon may be half the history, {longest} steps; {asked} were asked for. Shorten it.',
  },
  gap_at_end: {
    status: 422,
    ja: '末尾の {missing} 時点に値がないため予測できません。',
    en: 'The last {missing} points have no value, so there is nothing to go on from.',
  },
  negative_counts: {
    status: 422,
    ja: '件数に負の値 {lowest} があるため予測できません。',
    en: 'A count is negative: {lowest}. There is no forecast from that.',
  },
  share_out_of_range: {
    status: 422,
    ja: '割合が 0〜100 の範囲を超えています（{lowest}〜{highest}）。',
    en: 'A share lies outside 0 to 100 ({lowest} to {highest}).',
  },
  too_few_cycles: {
    status: 422,
    ja: '周期 {season} の季節を扱うには {needed} 個の値が必要ですが、{found} 個です。',
    en: 'Seasons of {season} steps need {needed} values; there are {found}.',
  },
  method_needs_season: {
    status: 422,
    ja: '手法 {method} は四半期・月次の系列だけに使えます。別の method を指定してください。',
    en: 'The method {method} is for quarters and months only. Ask for another one.',
  },
  method_needs_more_points: {
    status: 422,
    ja: '手法 {method} には {needed} 個の値が必要ですが、{found} 個です。別の method を指定してください。',
    en: 'The method {method} needs {needed} values; there are {found}. Ask for another one.',
  },
  method_needs_positive_values: {
    status: 422,
    ja: '手法 {method} は正の値だけに使えます（最小 {lowest}）。別の method を指定してください。',
    en: 'The method {method} needs values above zero; the lowest is {lowest}. Ask for another one.',
  },
  not_computable: {
    status: 422,
    ja: '手法 {method} の結果が数の範囲を超えます。別の method を指定してください。',
    en: 'The method {method} leaves the range of numbers. Ask for another one.',
  },
  too_few_ages: {
    status: 422,
    ja: '5歳階級が {needed} 以上必要ですが、{found} です。',
    en: 'At least {needed} five-year classes are needed; there are {found}.',
  },
  ages_missing: {
    status: 422,
    ja: '年齢階級の値が欠けています（{found}/{needed}）。',
    en: 'Some ages have no figure ({found} of {needed}).',
  },
  empty_population: {
    status: 422,
    ja: '人口が 0 のため推計できません。',
    en: 'There is nobody to project.',
  },
  no_women: {
    status: 422,
    ja: '15〜44歳の女性がいないため推計できません。',
    en: 'There are no women aged 15 to 44, so there are no children to project.',
  },
  too_few_before: {
    status: 422,
    ja: '開始前の時点が {needed} 個必要ですが {found} 個です。from を早めるか、別の方法を選んでください。',
    en: 'It takes {needed} points before the start; there are {found}. Begin earlier or choose another method.',
  },
  too_few_after: {
    status: 422,
    ja: '開始後の時点が {needed} 個必要ですが {found} 個です。データがそろうまで評価できません。',
    en: 'It takes {needed} points after the start; there are {found}. It cannot be judged yet.',
  },
  too_few_donors: {
    status: 422,
    ja: '欠測のない比較地域が {needed} 以上必要ですが {found} です。control_areas を見直してください。',
    en: 'It takes {needed} areas without gaps to compare with; there are {found}. Change control_areas.',
  },
  too_many_donors: {
    status: 422,
    ja: '比較地域が {found} あり、合成コントロール法の上限 {limit} を超えます。control_areas に似た地域を指定してください。',
    en: 'There are {found} areas to compare with; synthetic control takes {limit}. Name similar ones in control_areas.',
  },
  collinear: {
    status: 422,
    ja: '説明変数が互いに従属し、効果を分離できません（{found}/{needed}）。',
    en: 'The regressors depend on each other ({found} of {needed}), so the effect cannot be told apart.',
  },
  poor_pre_fit: {
    status: 422,
    ja: '開始前の誤差が標準偏差の {found} 倍で、上限 {limit} 倍を超えます。比較地域から再現できません。',
    en: 'The error before the start is {found} standard deviations; the limit is {limit}. The donors cannot stand in for it.',
  },
  incomplete_treated: {
    status: 422,
    ja: '対象地域 {areas} に欠測があります。from・to で欠測のない期間を指定してください。',
    en: 'The treated areas {areas} have gaps. Let from and to leave these out.',
  },
  no_treated: {
    status: 422,
    ja: '対象地域の値がありません。',
    en: 'There is no treated area with figures.',
  },
  no_controls: {
    status: 422,
    ja: 'その時点で未実施の比較地域がありません。control_areas か control_level を指定してください。',
    en: 'No area without the policy is left to compare with. Give control_areas or control_level.',
  },
  different_starts: {
    status: 422,
    ja: '開始時期が異なるため、method=difference_in_differences を使ってください。',
    en: 'The starts differ: use method=difference_in_differences.',
  },
  start_outside_periods: {
    status: 422,
    ja: '開始時期がデータの期間の外か、その端です。from・to・lag を見直してください。',
    en: 'The start lies outside the periods of the data, or at their edge. Change from, to or lag.',
  },
} as const
