import { clusterSymptoms } from '../itsm/problems/clusters.ts'
import { readWorkbook, writeWorkbook } from '../sheets.ts'
import type { Tasks } from '../workers.ts'
import { serveTasks } from './serve.ts'

/** Everything that worker threads can do. */
const tasks: Tasks = {
  write_workbook: writeWorkbook,
  read_workbook: readWorkbook,
  cluster_symptoms: clusterSymptoms,
}

serveTasks({ ...tasks })
