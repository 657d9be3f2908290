import { clusterSymptoms } from '../itsm/problems/clusters.ts'
import { writeWorkbook } from '../sheets.ts'
import type { Tasks } from '../workers.ts'
import { serveTasks } from './serve.ts'

/** Everything that worker threads can do. */
const tasks: Tasks = {
  write_workbook: writeWorkbook,
  cluster_symptoms: clusterSymptoms,
}

serveTasks({ ...tasks })
