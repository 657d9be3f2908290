export const driverTreeMessages = {
  tree_not_found: {
    status: 404,
    ja: 'ツリー {id} は見つかりません。プロジェクトのツリーの一覧 (/api/v1/driver-tree/tree?project_id=…) を確認してください。',
    en: 'There is no tree {id}. See the trees of the project at /api/v1/driver-tree/tree?project_id=….',
  },
  tree_node_not_found: {
    status: 404,
    ja: 'ノード {id} は見つかりません。ツリーを読み直してください。',
    en: 'There is no node {id}. Read the tree again.',
  },
  tree_policy_not_found: {
    status: 404,
    ja: 'このノードに施策 {id} はありません。ノードの施策の一覧を読み直してください。',
    en: 'This node has no policy {id}. Read the policies of the node again.',
  },
  node_label_taken: {
    status: 409,
    ja: 'このツリーには「{label}」というノードがもうあります。別のラベルにするか、そのノードを使ってください。',
    en: 'This tree has a node called {label} already. Choose another label, or use that node.',
  },
  root_node: {
    status: 409,
    ja: 'ルートのノードは削除できません。先に PATCH /api/v1/driver-tree/tree/{id} の root_node_id で別のノードをルートにするか、ツリーを削除してください。',
    en: 'The root cannot be deleted. Make another node the root first (root_node_id of PATCH /api/v1/driver-tree/tree/{id}), or delete the tree.',
  },
  tree_full: {
    status: 422,
    ja: 'ツリーのノードは {limit} 個までです。使わないノードを削除するか、ツリーを分けてください。',
    en: 'A tree has at most {limit} nodes. Delete some that are not needed, or split the tree.',
  },
  too_many_policies: {
    status: 409,
    ja: 'ノードの施策は {limit} 件までです。使わない施策を削除してください。',
    en: 'A node has at most {limit} policies. Delete some that are not needed.',
  },
} as const

export const driverTreeRules = {
  operator_with_children: {
    ja: 'operator と children_id_list は一緒に指定してください。計算をやめるときは operator を null、children_id_list を [] にします。',
    en: 'goes together with operator and children_id_list; operator null and children_id_list [] make it an 入力',
  },
  operand_count: {
    ja: '{operator} の子ノードは {expected} 個にしてください。',
    en: 'must have {expected} entries for {operator}',
  },
  unknown_tree_node: {
    ja: 'このツリーのノードの id を指定してください。',
    en: 'must be the id of a node of this tree',
  },
  own_operand: { ja: 'ノード自身は子にできません。', en: 'must not be the node itself' },
  node_cycle: {
    ja: '計算が循環します: {path}。どこかの関係を外してください。',
    en: 'would make a cycle: {path}; leave one of these relations out',
  },
  value_of_calculated: {
    ja: '計算ノードには指定できません。先に operator を null、children_id_list を [] にして入力に戻してください。',
    en: 'is not for a node that is calculated; send operator null and children_id_list [] to make it an 入力',
  },
  data_of_constant: {
    ja: 'data は入力ノードだけに指定できます。node_type を 入力 にしてください。',
    en: 'is for an 入力 only; set node_type to 入力',
  },
  value_or_data: {
    ja: 'value と data のどちらか一方だけを指定してください。',
    en: 'and data cannot both be given; send one of them',
  },
  constant_number: {
    ja: '定数には数値が必要です。value を指定するか、ラベルを数値にしてください。',
    en: 'is required for a 定数 whose label is not a number',
  },
  node_type_by_operator: {
    ja: '計算ノードにするには operator と children_id_list を、計算をやめるには operator null と children_id_list [] を指定してください。',
    en: 'follows from the relation: send operator and children_id_list to make it a 計算, operator null and [] to end that',
  },
  value_column: {
    ja: '列の最後は「値」で、それは一つだけにしてください。',
    en: 'must end with 値, and have it once',
  },
  unknown_column: {
    ja: 'columns にある列の名前を指定してください。',
    en: 'must be the name of one of the columns before 値',
  },
  record_columns: {
    ja: 'columns の列をすべて持ち、それ以外を持たないようにしてください。',
    en: 'must have every column of columns, and no other',
  },
  record_key: {
    ja: '文字列か数値を指定してください (255 文字まで)。',
    en: 'must be a text of at most 255 characters, or a number',
  },
  record_number: {
    ja: '有限の数値か null を指定してください。',
    en: 'must be a finite number, or null',
  },
  repeated_key: {
    ja: '同じキーの行が前にあります: {key}。一行にまとめてください。',
    en: 'has the key of a record before it: {key}; send each key once',
  },
  formulas_or_sheet: {
    ja: '数式を一つ以上指定してください。値だけを読み直すときは sheet_id を指定します。',
    en: 'must have a formula, or come with a sheet_id to read values again',
  },
  sheet_of_other_project: {
    ja: 'このシートは別のプロジェクトのファイルです。ツリーと同じプロジェクトのファイルか、自分でアップロードしたファイルのシートを指定してください。',
    en: 'belongs to a file of another project; take a file of the project of the tree, or one of your own',
  },
  too_much_data: {
    ja: 'シートから読み取る値が {limit} 個を超えます。使わない列を「利用しない」にするか、シートを分けてください。',
    en: 'has more than {limit} values for this tree; set columns that are not needed to 利用しない, or split the sheet',
  },
  root_with_parent: {
    ja: '親のあるノードはルートにできません。親のないノードを指定してください。',
    en: 'must be a node without a parent',
  },
} as const
