import type { SheetColumn, SheetConfig, SheetRole } from '../../../schemas/analysis/files.ts'
import { type FieldFault, invalid } from '../../failure.ts'

type Columns = readonly SheetColumn[]

/** The sheet whose roles are set: a block has axes and 科目, and none can become the other. */
export type RoledSheet = { layout: 'block' | 'flat' | null; columns: Columns }

/** As many names as a message says. */
const shownNames = 50

export function isAxis({ role }: { role: SheetRole }): boolean {
  return role === '推移' || role === '軸'
}

/** Whether a column may be named as an axis: it seems to be one, or was made one. */
export function isAxisByNature(column: SheetColumn): boolean {
  return isAxis({ role: column.role_guess }) || isAxis(column)
}

/** Whether an axis that was found is left out, so that rows differ that look the same. */
export function isAxisLeftOut(columns: Columns): boolean {
  return columns.some(
    ({ role, role_guess }) => role === '利用しない' && isAxis({ role: role_guess }),
  )
}

/**
 * The columns of a sheet with the roles that a configuration gives them. Fails with 422 for axes and
 * columns that are not there, for several 推移, for no 値, and where a block would be none.
 */
export function configuredColumns(
  sheet: RoledSheet,
  { axis_config, columns }: Pick<SheetConfig, 'axis_config' | 'columns'>,
): SheetColumn[] {
  if (axis_config && columns) throw invalid({ field: 'columns', rule: 'analysis_axes_or_columns' })
  let next = [...sheet.columns]
  if (axis_config) next = withAxes(next, axis_config)
  if (columns) next = withRoles(sheet, columns)
  const fault = faultOf(next, axis_config ? 'axis_config' : 'columns')
  if (fault) throw invalid(fault)
  return next
}

function withAxes(columns: Columns, slots: Record<string, string>): SheetColumn[] {
  const wanted = new Set<string>()
  const axes = columns.filter(isAxisByNature).map(({ name }) => name)
  const faults: FieldFault[] = []
  for (const [slot, axis] of Object.entries(slots)) {
    const field = `axis_config.${slot}`
    if (!axes.includes(axis)) {
      faults.push({ field, rule: 'analysis_unknown_axis', axis, axes: axes.slice(0, shownNames) })
    } else if (wanted.has(axis)) faults.push({ field, rule: 'analysis_axis_twice', axis })
    wanted.add(axis)
  }
  if (faults.length > 0) throw invalid(...faults)
  return columns.map((column) => {
    if (!isAxisByNature(column)) return column
    if (!wanted.has(column.name)) return { ...column, role: '利用しない' }
    return isAxis(column) ? column : { ...column, role: column.role_guess }
  })
}

function withRoles(
  { layout, columns }: RoledSheet,
  given: NonNullable<SheetConfig['columns']>,
): SheetColumn[] {
  const known = new Map(columns.map((column) => [column.name, column]))
  const roles = new Map<string, SheetRole>()
  const faults: FieldFault[] = []
  for (const [n, { name, role }] of given.entries()) {
    const field = `columns.${n}`
    const found = known.get(name)
    if (!found) {
      const names = [...known.keys()].slice(0, shownNames)
      const rule = 'analysis_unknown_column' as const
      faults.push({ field: `${field}.name`, rule, name, columns: names })
    } else if (roles.has(name)) {
      faults.push({ field: `${field}.name`, rule: 'analysis_column_twice', name })
    } else if (layout === 'block' && !blockRolesOf(found).includes(role)) {
      const rule = 'analysis_block_role' as const
      faults.push({ field: `${field}.role`, rule, name, roles: blockRolesOf(found) })
    }
    roles.set(name, role)
  }
  if (faults.length > 0) throw invalid(...faults)
  return columns.map((column) => ({ ...column, role: roles.get(column.name) ?? column.role }))
}

function blockRolesOf({ role_guess }: SheetColumn): SheetRole[] {
  return role_guess === '値' ? ['値', '利用しない'] : ['推移', '軸', '利用しない']
}

function faultOf(columns: Columns, field: string): FieldFault | undefined {
  const named = (role: SheetRole) =>
    columns.filter((column) => column.role === role).map(({ name }) => name)
  const periods = named('推移')
  if (periods.length > 1) return { field, rule: 'analysis_several_periods', columns: periods }
  if (named('値').length > 0) return undefined
  const numbers = columns.filter(({ role_guess }) => role_guess === '値')
  const names = (numbers.length > 0 ? numbers : columns).map(({ name }) => name)
  return { field, rule: 'analysis_no_values', columns: names.slice(0, shownNames) }
}
