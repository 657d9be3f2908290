export const driverTreeCalculationMessages = {
  tree_too_large: {
    status: 422,
    ja: 'ノード「{label}」のところで、計算する値が {limit} 個を超えます。軸か期間を減らすか、ツリーを分けてください。共通の軸がない値どうしを計算すると、すべての組み合わせの値ができます。',
    en: 'At the node {label} the calculation passes {limit} values. Use fewer axes or periods, or split the tree. Operands that share no axis make a value of each combination.',
  },
  tree_workbook_too_large: {
    status: 422,
    ja: 'ツリーが大きく、Excel の 1 枚のシート ({rows} 行、{columns} 列) に収まりません。format=csv か format=json を使ってください。',
    en: 'The tree does not fit into a sheet of Excel ({rows} rows, {columns} columns). Use format=csv or format=json.',
  },
  tree_formula_too_long: {
    status: 422,
    ja: 'ノード「{label}」の項が多く、Excel の数式の長さ (8,192 文字) を超えます。途中の合計のノードを作るか、format=csv を使ってください。',
    en: 'Node "{label}" has so many operands that its formula passes the 8,192 characters of Excel. Make nodes of subtotals, or use format=csv.',
  },
  tree_data_too_large: {
    status: 422,
    ja: 'ツリーのデータが {limit} MB を超えています。使わないノードのデータを消すか、ツリーを分けてください。',
    en: 'The data of the tree is more than {limit} MB. Remove data of nodes that need none, or split the tree.',
  },
  tree_without_root: {
    status: 409,
    ja: 'ツリーにルートがありません。先に数式をインポートするか root_node_id を指定してください。',
    en: 'The tree has no root. Import formulas first, or name a root_node_id.',
  },
  tree_answer_too_large: {
    status: 422,
    ja: '{records} 件のレコードになります。一度に返せるのは {limit} 件までです。limit を小さくするか、ノードを絞ってください。',
    en: 'This would be {records} records, and an answer holds at most {limit}. Lower limit, or name fewer nodes.',
  },
  tree_drivers_too_many: {
    status: 422,
    ja: '対象のドライバーが {drivers} 個あります。一度に試せるのは {limit} 個までです。node_ids で絞ってください。',
    en: 'There are {drivers} drivers, and at most {limit} are tried at a time. Name some in node_ids.',
  },
  tree_scenario_not_found: {
    status: 404,
    ja: 'このツリーにシナリオ {id} はありません。シナリオの一覧を読み直してください。',
    en: 'This tree has no scenario {id}. Read its scenarios again.',
  },
  tree_scenario_name_taken: {
    status: 409,
    ja: 'このツリーには「{name}」というシナリオがもうあります。別の名前にしてください。',
    en: 'This tree has a scenario called {name} already. Choose another name.',
  },
  too_many_scenarios: {
    status: 409,
    ja: 'ツリーのシナリオは {limit} 件までです。使わないシナリオを削除してください。',
    en: 'A tree has at most {limit} scenarios. Delete some that are not needed.',
  },
} as const

export const driverTreeCalculationRules = {
  tree_node_unknown: {
    ja: 'このツリーにないノードです。ツリーを読み直してください。',
    en: 'is not a node of this tree; read the tree again',
  },
  tree_policy_unknown: {
    ja: 'このツリーにない施策です。ツリーを読み直してください。',
    en: 'is not a policy of this tree; read the tree again',
  },
  tree_period_unknown: {
    ja: 'このツリーにない期間です。次のいずれかにしてください: {periods}',
    en: 'is not a period of this tree; it has {periods}',
  },
  tree_without_periods: {
    ja: 'このツリーのデータには期間がありません。指定しないでください。',
    en: 'must be left out: the data of this tree has no periods',
  },
  tree_period_order: {
    ja: 'period_from より前の期間です。period_from 以降の期間にしてください。',
    en: 'must not come before period_from',
  },
  tree_not_a_driver: {
    ja: 'ノード「{label}」は計算で求める値です。入力か定数のノードを指定してください。',
    en: 'must be a node that is 入力 or 定数; {label} is calculated',
  },
  tree_not_below: {
    ja: 'ノード「{label}」はルートの計算に使われていません。ルートの下のノードを指定してください。',
    en: 'must be a node below the root; {label} is not',
  },
  tree_change_repeated: {
    ja: '同じノードと期間が二度あります。一つにしてください。',
    en: 'has the same node and period as another entry; send one',
  },
  tree_value_or_multiplier: {
    ja: 'value と multiplier のどちらか一方を指定してください。',
    en: 'must have either value or multiplier',
  },
  tree_warning_missing_value: {
    ja: 'ノード「{label}」のデータが空です ({key})。',
    en: '{label} has an empty cell ({key}).',
  },
  tree_warning_missing_operand: {
    ja: 'ノード「{label}」は、計算に使う値が足りないため計算できません ({key})。',
    en: '{label} cannot be calculated: a number it is calculated from is missing ({key}).',
  },
  tree_warning_division_by_zero: {
    ja: 'ノード「{label}」は 0 で割ることになるため計算できません ({key})。',
    en: '{label} cannot be calculated: it would divide by 0 ({key}).',
  },
  tree_warning_no_previous_period: {
    ja: 'ノード「{label}」は前の期間がないため計算できません ({key})。',
    en: '{label} cannot be calculated: there is no period before ({key}).',
  },
  tree_warning_key_without_partner: {
    ja: 'ノード「{label}」では、相手のないキーを計算に使っていません ({key})。',
    en: '{label} leaves out a key that the other operands lack ({key}).',
  },
  tree_warning_not_finite: {
    ja: 'ノード「{label}」の計算結果が大きすぎて表せません ({key})。',
    en: '{label} is too large a number to be written ({key}).',
  },
  tree_warning_no_value: {
    ja: '入力ノード「{label}」に値もデータもありません。値を入れてください。',
    en: '{label} has neither a value nor data. Enter one.',
  },
  tree_warning_mixed_years: {
    ja: '「{fiscal}」は年度、「{label}」は暦年の数値です。同じ年として計算しているので、どちらかにそろえてください。',
    en: '{fiscal} has fiscal years and {label} years of the calendar; they were taken for the same. Use one of the two.',
  },
  tree_warning_policy_period_unknown: {
    ja: '施策「{name}」の期間 {period} がデータにありません。この期間の指定は使っていません。',
    en: 'The data lacks the period {period} of the policy {name}; that limit was not applied.',
  },
  tree_warning_change_not_applied: {
    ja: '保存した変更 {field} は使っていません。{reason}',
    en: 'The saved change {field} was not applied: it {reason}.',
  },
  tree_goal_found: {
    ja: 'ノード「{label}」を次の値にすると目標に届きます: {value}',
    en: 'The target is reached where {label} is {value}.',
  },
  tree_goal_found_factor: {
    ja: 'ノード「{label}」の値をすべて {factor} 倍にすると目標に届きます。',
    en: 'The target is reached where all numbers of {label} are multiplied by {factor}.',
  },
  tree_goal_no_effect: {
    ja: 'ノード「{label}」を変えてもルートの値は変わりません。別のドライバーを選んでください。',
    en: 'The root does not change with {label}. Choose another driver.',
  },
  tree_goal_not_bracketed: {
    ja: 'ノード「{label}」を変えても目標に届きません。最も近いのは {value} のときの {root} です。目標を見直すか、別のドライバーを選んでください。',
    en: 'No value of {label} was found that reaches the target: the nearest is {root}, where it is {value}. Choose another target or driver.',
  },
  tree_goal_not_finite: {
    ja: 'ルートの値が計算できないため、目標を探せません。警告 (計算結果の warnings) を確認してください。',
    en: 'The root cannot be calculated, so that nothing can be sought. See the warnings of the calculation.',
  },
  tree_goal_discontinuous: {
    ja: 'ノード「{label}」を変える途中でルートの値が飛ぶため、目標ちょうどにはなりません。最も近いのは {value} のときの {root} です。',
    en: 'The root jumps over the target where {label} changes: the nearest is {root}, where it is {value}.',
  },
} as const
