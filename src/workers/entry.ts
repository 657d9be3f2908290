import { parseTables } from '../analysis/parsing/parse.ts'
import { clusterSymptoms } from '../itsm/problems/clusters.ts'
import { readTables } from '../sheet-reading.ts'
import { readWorkbook, writeSheets, writeWorkbook } from '../sheets.ts'
import type { Tasks } from '../workers.ts'
import { serveTasks } from './serve.ts'

/** Everything that worker threads can do. */
const tasks: Tasks = {
  write_workbook: writeWorkbook,
  write_sheets: writeSheets,
  read_workbook: readWorkbook,
  read_tables: readTables,
  parse_tables: parseTables,
  cluster_symptoms: clusterSymptoms,
}

serveTasks({ ...tasks })
