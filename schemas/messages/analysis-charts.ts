export const analysisChartMessages = {
  analysis_chart_not_found: {
    status: 404,
    ja: 'ステップ「{name}」にグラフはありません。summary のステップの chart_config に graph_type を指定してください。',
    en: 'The step {name} has no chart. Give a summary a chart_config with a graph_type.',
  },
} as const

/** Why a chart cannot be drawn, and what is not to be seen in it. */
export const analysisChartRules = {
  chart_column_unknown: {
    ja: '列「{name}」はありません。使える列: {known}',
    en: 'names the column {name}, which is not there; there are {known}',
  },
  chart_value_expected: {
    ja: '「値」を指定してください。特定の科目だけを描くには、先に filter で科目を絞ります。',
    en: 'must be 値; to draw one 科目, choose it with a filter first',
  },
  chart_value_not_expected: {
    ja: '「値」は使えません。軸か科目を指定してください: {known}',
    en: 'cannot be 値; name one of {known}',
  },
  chart_columns_same: {
    ja: '「{name}」は {other} にも指定されています。別の列にしてください。',
    en: 'names {name}, as {other} does; choose another column',
  },
  chart_several_subjects: {
    ja: '科目が複数あります ({subjects})。filter で科目を一つに絞るか、軸または凡例に「科目」を指定してください。',
    en: 'is needed: there are several 科目 ({subjects}); choose one with a filter, or take 科目 as an axis or legend',
  },
  chart_subject_unknown: {
    ja: '科目「{name}」はありません。使える科目: {known}',
    en: 'names the 科目 {name}, which is not there; there are {known}',
  },
  chart_subjects_same: {
    ja: '{other} と同じ科目です。別の科目を指定してください。',
    en: 'must be another 科目 than {other}',
  },
  chart_legend_subject: {
    ja: 'このグラフでは科目が二つの軸になります。凡例には「科目」以外の列を指定してください。',
    en: 'cannot be 科目, as two 科目 are the axes here; name an axis',
  },
  chart_duplicate: {
    ja: '同じ組み合わせの行が複数あります (最初は {cell})。先に aggregate で集計してください。',
    en: 'has several rows for one place (the first is {cell}); aggregate first',
  },
  chart_empty: {
    ja: '描ける値がありません。前のステップの条件を確認してください。',
    en: 'has no value to draw; see the filters of the steps before',
  },
  chart_too_few_points: {
    ja: '点が 2 つ以上必要です。前のステップの条件か、軸の選び方を見直してください。',
    en: 'needs at least two points; see the filters before, or choose other axes',
  },
  chart_one_stack: {
    ja: '積み上げる種類が 1 つだけです。stack_axis に別の列を指定するか、graph_type を bar にしてください。',
    en: 'has only one value to stack; name another column, or take the graph_type bar',
  },
  chart_one_slice: {
    ja: '円グラフには 2 つ以上の項目が必要です。legend_axis に別の列を指定するか、graph_type を bar にしてください。',
    en: 'has only one slice; name a column with two values or more, or take the graph_type bar',
  },
  chart_negative: {
    ja: '負の値があるため、このグラフにはできません (最初は {cell})。graph_type を bar か waterfall にしてください。',
    en: 'has a negative value (the first is {cell}); take the graph_type bar or waterfall',
  },
  chart_all_zero: {
    ja: '値がすべて 0 のため、円グラフにはできません。前のステップの条件を見直すか、graph_type を bar にしてください。',
    en: 'is 0 everywhere, which makes no pie; see the filters before, or take the graph_type bar',
  },
  chart_too_large: {
    ja: '値が大きすぎて合計できません。filter で極端な値を除くか、bar を使ってください。',
    en: 'has values too large to be added up; filter out the extreme ones, or take a bar',
  },
  chart_too_many_points: {
    ja: '点が多すぎます。{limit} 点までです。先に aggregate で集計するか、filter で絞ってください。',
    en: 'has too many points; a chart may have {limit}; aggregate or filter first',
  },
  chart_too_many_series: {
    ja: '凡例の種類が多すぎます。{limit} 種類までです。filter で絞るか、別の列にしてください。',
    en: 'has too many values, each a colour; a chart may have {limit}; filter first, or name another column',
  },
  chart_too_many_categories: {
    ja: '項目が多すぎます。{limit} 件までです。先に aggregate で集計するか、filter で絞ってください。',
    en: 'has too many values; a chart may have {limit}; aggregate or filter first',
  },
  chart_too_sparse: {
    ja: '項目と凡例の組み合わせが多すぎます。{limit} 通りまでです。filter で絞ってください。',
    en: 'makes too many combinations with the other axis; a chart may have {limit}; filter first',
  },
  chart_legend_hint: {
    ja: 'この項目は指定できません。色分けする列は {meant} に指定してください。',
    en: 'is not a known field; name the column that colours go by in {meant}',
  },
  chart_no_legend: {
    ja: 'この項目は指定できません。このグラフに凡例の列はありません。',
    en: 'is not a known field; this kind of chart has no column for colours',
  },
  chart_gap: {
    ja: '値が空のため、グラフに描かれていません。',
    en: 'is empty, and a gap in the chart',
  },
  chart_point_incomplete: {
    ja: '二つの科目の値がそろわないため、グラフに描かれていません。',
    en: 'lacks a value of one of the two 科目, and is left out of the chart',
  },
} as const
