export const formulaMessages = {
  formula_contradiction: {
    status: 409,
    ja: '次のラベルを、数式が食い違って定義しています: {labels}。errors に挙げた数式のどちらかを直すか、消してください。',
    en: 'Formulas define these labels in different ways: {labels}. Correct or remove one of the formulas in errors.',
  },
  formula_cycle: {
    status: 422,
    ja: '自分自身から計算することになります: {path}。この中の数式のどれかを直してください。',
    en: 'A node would be calculated from itself: {path}. Change one of the formulas on this way.',
  },
  formula_cycle_through_prev: {
    status: 422,
    ja: '自分自身から計算することになります: {path}。PREV でも自分自身の前の期間は参照できません。入力のノードを参照するように直してください。',
    en: 'A node would be calculated from itself: {path}. PREV cannot refer to an earlier period of the node itself either; refer to an input instead.',
  },
  driver_type_not_found: {
    status: 404,
    ja: 'ドライバーツリー型「{name}」はありません。次のいずれかを指定してください: {known}',
    en: 'There is no driver tree type "{name}". Take one of these: {known}',
  },
  kpi_formula_not_found: {
    status: 404,
    ja: 'KPI「{name}」はありません。次のいずれかを指定してください: {known}',
    en: 'There is no KPI "{name}". Take one of these: {known}',
  },
  driver_type_without_formulas: {
    status: 404,
    ja: 'ドライバーツリー型「{name}」には {kpi} の数式がありません。数式がある KPI: {known}',
    en: 'The driver tree type "{name}" has no formulas for {kpi}. It has some for: {known}',
  },
} as const

export const formulaRules = {
  formula_empty: {
    ja: '数式が空です。「売上 = 単価 * 数量」のように書くか、取り除いてください。',
    en: 'The formula is empty. Write one such as "売上 = 単価 * 数量", or leave it out.',
  },
  formula_no_equals: {
    ja: '= がありません。「ラベル = 式」の形で書いてください。',
    en: 'There is no =. Write "label = expression".',
  },
  formula_second_equals: {
    ja: '= は一つだけにしてください。比べるときは IF の中で使ってください。',
    en: 'There is a second =. Write only one; to compare, use it within IF.',
  },
  formula_left_empty: {
    ja: '= の左にラベルを書いてください。',
    en: 'Write a label on the left of =.',
  },
  formula_left_number: {
    ja: '= の左には数ではなくラベルを書いてください。数の形のラベルは [2025] のように角かっこで囲みます。',
    en: 'Write a label, not a number, on the left of =. A label that looks like a number goes in brackets: [2025].',
  },
  formula_left_not_label: {
    ja: '= の左にはラベルを一つだけ書いてください。記号やかっこを含むラベルは [売上(税込)] のように角かっこで囲みます。',
    en: 'Write a single label on the left of =. One with signs or parentheses in it goes in brackets: [売上(税込)].',
  },
  formula_right_empty: {
    ja: '= の右に式を書いてください。',
    en: 'Write an expression on the right of =.',
  },
  formula_operand_missing: {
    ja: 'ここに数、ラベル、関数のどれかが必要です。',
    en: 'A number, a label or a function is missing here.',
  },
  formula_operator_missing: {
    ja: 'この前に演算子が必要です。記号やかっこを含むラベルは [売上(税込)] のように角かっこで囲みます。',
    en: 'An operator is missing before this. A label with signs or parentheses in it goes in brackets: [売上(税込)].',
  },
  formula_unclosed: {
    ja: 'このかっこが閉じていません。) を足してください。',
    en: 'This parenthesis is not closed. Add a ).',
  },
  formula_unopened: {
    ja: 'この ) に対応する ( がありません。',
    en: 'This ) has no ( that belongs to it.',
  },
  formula_bracket_unclosed: {
    ja: 'この角かっこが閉じていません。] を足してください。',
    en: 'This bracket is not closed. Add a ].',
  },
  formula_bracket_unopened: {
    ja: 'この ] に対応する [ がありません。角かっこの中の ] は ]] と書きます。',
    en: 'This ] has no [ that belongs to it. Within brackets a ] is written ]].',
  },
  formula_label_empty: {
    ja: '角かっこの中にラベルを書いてください。',
    en: 'Write a label within the brackets.',
  },
  formula_label_long: {
    ja: 'ラベルは {limit} 文字以内にしてください。',
    en: 'A label has at most {limit} characters.',
  },
  formula_label_brackets: {
    ja: 'かっこを含むラベルは {suggestion} のように角かっこで囲んでください。関数として使えるのは {known} です。',
    en: 'Put a label with parentheses in brackets: {suggestion}. The functions are {known}.',
  },
  formula_function_unknown: {
    ja: '関数 {name} はありません。使えるのは {known} です。',
    en: 'There is no function {name}. There are {known}.',
  },
  formula_arguments: {
    ja: '{name} の引数は {expected} 個です（{given} 個あります）。',
    en: '{name} takes {expected} arguments, not {given}.',
  },
  formula_separator: {
    ja: '区切りは関数の引数の間にだけ書けます。ラベルに含まれるときは [A、B] のように角かっこで囲んでください。',
    en: 'A separator stands between the arguments of a function only. A label with one in it goes in brackets: [A、B].',
  },
  formula_thousands: {
    ja: '数に桁区切りのコンマは使えません。1,000 は 1000 と書いてください。',
    en: 'Numbers have no thousands separators. Write 1,000 as 1000.',
  },
  formula_number_range: {
    ja: '数が大きすぎます。',
    en: 'The number is too large.',
  },
  formula_comparison_chained: {
    ja: '比較は二つずつにしてください。続けるときは IF を重ねるか、かっこで囲みます。',
    en: 'Compare two at a time. Nest IF, or use parentheses, to compare more.',
  },
  formula_vowel_mark: {
    ja: '「ー」は文字です。引き算には - を使ってください。「ー」で始まるラベルは角かっこで囲みます。',
    en: 'ー is a letter. Write - to subtract; a label that begins with ー goes in brackets.',
  },
  formula_character: {
    ja: 'この文字 {character} は使えません。',
    en: 'The character {character} cannot stand here.',
  },
  formula_too_long: {
    ja: '数式は {limit} 文字以内にしてください。途中の値にラベルを付けて分けられます。',
    en: 'A formula has at most {limit} characters. Give a part of it a label of its own.',
  },
  formula_too_deep: {
    ja: 'かっこ、関数、符号の入れ子は {limit} 段までです。数式を分けてください。',
    en: 'Parentheses, functions and signs nest at most {limit} deep. Split the formula.',
  },
  formula_nodes: {
    ja: 'ノードは {limit} 個までです。この数式から先を別のツリーに分けてください。',
    en: 'There can be at most {limit} nodes. Put what follows from this formula on into another tree.',
  },
  formula_contradicting: {
    ja: '「{label}」の定義が別の数式と食い違っています: {formula}',
    en: 'This defines "{label}" otherwise than another formula: {formula}',
  },
  formula_in_cycle: {
    ja: 'この数式は、ノードを自分自身から計算する循環に含まれています。',
    en: 'This formula is part of a way on which a node is calculated from itself.',
  },
} as const
