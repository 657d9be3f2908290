import type {
  Aggregation,
  ColumnRole,
  NodeType,
  Operator,
} from '../../schemas/driver-tree/common.ts'

export type DriverTreeTables = {
  /** A workbook that somebody uploaded for trees, or a file of a project that they use for them. */
  driver_tree_files: {
    id: string
    owner_id: string
    /** The file of a project that this is; its bytes are that file's. */
    project_file_id: string | null
    original_name: string
    content_type: string
    size: number
    /** In hexadecimal. */
    sha256: string
    /** Where it is in the storage; null for a file of a project. */
    key: string | null
    /** The sheet that is selected. */
    sheet_id: string | null
    created_at: string
  }
  driver_tree_sheets: {
    id: string
    file_id: string
    position: number
    name: string
    /** How the sheet is laid out; null for one that holds no table. */
    layout: 'block' | 'flat' | null
    row_count: number
    /** A rule of the messages that says why the sheet is of no use; null for one that is. */
    skipped_reason: string | null
    /** Where its table is in the storage, as `writeTable` packs it; null for one without. */
    key: string | null
  }
  driver_tree_columns: {
    id: string
    sheet_id: string
    position: number
    name: string
    role: ColumnRole
    /** The first distinct values, as JSON. */
    items: string
  }
  driver_trees: {
    id: string
    project_id: string
    name: string
    description: string | null
    root_node_id: string | null
    /** Counts every edit of the tree, of its nodes, relations, policies and scenarios. */
    version: number
    created_by: string | null
    created_at: string
    updated_at: string
  }
  driver_tree_nodes: {
    id: string
    tree_id: string
    label: string
    /** The label as it is compared: see `labelKeyOf`. */
    label_key: string
    node_type: NodeType
    /** How it is calculated; null for one that is not. Its operands are the edges, in their order. */
    operator: Operator | null
    /** 1 for a part of a formula that an import gave a node and a name of its own. */
    is_intermediate: number
    /** The number of a 定数, or the single number of an 入力. */
    value: number | null
    /** `NodeData` of an 入力 as JSON: numbers over periods and axes. */
    data: string | null
    /** What is said of its data in a tree, as JSON: `DataShape`, which spares reading all of it. */
    data_shape: string | null
    /** Where its data comes from: the name of the file, the sheet and the column, as JSON. */
    source: string | null
    /** The file of the project that its data was read from. */
    project_file_id: string | null
    unit: string | null
    aggregation: Aggregation
    position_x: number
    position_y: number
    version: number
    created_at: string
    updated_at: string
  }
  driver_tree_edges: {
    tree_id: string
    parent_id: string
    /** Counted from 0. */
    position: number
    child_id: string
  }
  driver_tree_policies: {
    id: string
    tree_id: string
    node_id: string
    name: string
    description: string | null
    /** What the value of the node is multiplied by. */
    value: number
    is_active: number
    period_from: string | null
    period_to: string | null
    cost: number | null
    version: number
    created_at: string
    updated_at: string
  }
  driver_tree_scenarios: {
    id: string
    tree_id: string
    name: string
    name_key: string
    description: string | null
    /** What it changes, as the body of `simulate`, as JSON. */
    changes: string
    version: number
    created_by: string | null
    created_at: string
    updated_at: string
  }
}
