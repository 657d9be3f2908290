export const analysisTransformMessages = {} as const

/** Texts of what a transform or summary says besides its figures. */
const warnings = {
  transform_no_number: {
    ja: '数値ではない値があるため、計算できない行は空になりました。',
    en: 'Some values are no numbers; the axis is empty in these rows.',
  },
  transform_missing_operand: {
    ja: '計算に使う値がない組み合わせがあり、その値は空になりました。',
    en: 'An operand is missing in some combinations of axes; there is no value for them.',
  },
  transform_no_result: {
    ja: '0 で割るなど、結果が数値にならない箇所があり、その値は空になりました。',
    en: 'Something is divided by zero, or its result is no number; there is no value for it.',
  },
  summary_no_numbers: {
    ja: '対象の科目に数値がないため、値は空です。',
    en: 'The 科目 has no numbers, so that there is no figure.',
  },
  summary_missing_operand: {
    ja: '計算に使う値が空のため、この値も空です。',
    en: 'An operand is missing, so that there is no figure.',
  },
  summary_too_large: {
    ja: '合計が数値の上限を超えるため、値は空です。filter で極端な値を除いてください。',
    en: 'The sum is too large for a number, so that there is no figure. Filter out extreme values first.',
  },
  summary_no_result: {
    ja: '0 で割るなど、結果が数値にならないため、値は空です。',
    en: 'Something is divided by zero, or the result is no number, so that there is no figure.',
  },
} as const

export const analysisTransformRules = {
  ...warnings,
  transform_reserved_name: {
    ja: '空の名前と「科目」「値」は使えません。別の名前にしてください。',
    en: 'must be another name than 科目, 値 or none at all',
  },
  transform_axis_exists: {
    ja: 'この名前の軸はもうあります。別の名前にするか、modify_axis を使ってください。いまの軸: {known}',
    en: 'is the name of an axis already; take another one, or modify_axis. The axes are: {known}',
  },
  transform_unknown_axis: {
    ja: 'この軸はありません。次のいずれかを指定してください: {known}',
    en: 'is no axis here; take one of: {known}',
  },
  unknown_analysis_subject: {
    ja: 'この科目はありません。次のいずれかを指定してください: {known}',
    en: 'is no 科目 here; take one of: {known}',
  },
  transform_subject_exists: {
    ja: 'この名前の科目はもうあります。別の名前にするか、modify_subject を使ってください。',
    en: 'is the name of a 科目 already; take another one, or modify_subject',
  },
  transform_two_operands: {
    ja: '項は 2 つ必要です ({given} つあります)。名前か数値を 2 つ、または名前 1 つと constant_value を指定してください。',
    en: 'must be two ({given} given): two names or numbers, or one name and constant_value',
  },
  transform_only_numbers: {
    ja: '数値だけの計算です。少なくとも 1 つは名前にするか、type に constant を指定してください。',
    en: 'must name something at least once; for a number alone take the type constant',
  },
  transform_number_wanted: {
    ja: '科目の値には数値か null を指定してください。',
    en: 'must be a number, or null, for a 科目',
  },
  transform_mapping_of_subject: {
    ja: 'mapping は軸だけに使えます。add_axis か modify_axis にしてください。',
    en: 'must not be mapping for a 科目; mapping is for axes',
  },
  transform_repeated_keys: {
    ja: '「{subject}」には同じ組み合わせの行が複数あります ({key})。どれを使うか決められないため、先に集計してください。',
    en: '{subject} has several rows with the same axes ({key}), and none is better than the others; aggregate first',
  },
  summary_name_twice: {
    ja: '「{name}」という式がもうあります。別の名前にしてください。',
    en: 'is the name of another formula already: {name}',
  },
  summary_unknown_formula: {
    ja: 'この名前の式はありません。科目を使うには、先に sum などの式にしてください。ある式: {known}',
    en: 'is no formula of this step; of a 科目 take a sum or the like first. The others are: {known}',
  },
  summary_circle: {
    ja: '自分自身から計算することになります: {path}。この中の式のどれかを直してください。',
    en: 'is calculated from itself: {path}; change one of these formulas',
  },
} as const
