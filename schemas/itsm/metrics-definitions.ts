/** What each figure is, in the words of the columns of the export of incidents. */
export const metricDefinitions = [
  'Each figure follows from columns of the export of incidents. An incident counts as it is now: with its present team, priority, category and assignee, and with its last resolution.',
  '- **Range and periods** are half-open, `from <= time < to`, by the calendar of `time_zone`; weeks begin on Monday (ISO 8601). The first and the last period are cut to the range.',
  '- **opened**: `opened_at` in the period, whatever became of it; **major**: of these, those that are major; **major_share** = major / opened.',
  '- **responded**: `responded_at` in the period. **mtta.clock** is over `responded_at - opened_at`, **mtta.business** over `response_s` where that is known.',
  '- **resolved**: `resolved_at` in the period, status not `cancelled`; one that was reopened and is open has no `resolved_at`. All that follows is over these.',
  '- **mttr.clock** is over `resolved_at - opened_at`, **mttr.business** over `resolution_s` where that is known.',
  '- **first_contact**: `reassignment_count = 0` and `reopen_count = 0`; **fcr** = first_contact / resolved.',
  '- **sla**: a target counts by its outcome, `response_met` or `resolution_met`; without one it is not counted. *both* counts incidents with both outcomes, met if both were. rate = met / (met + breached).',
  '- **reopened**: `reopen_count > 0`; **reopen_rate** = reopened / resolved.',
  '- **backlog**: opened before the end of the period, or before `at` where that is earlier, and not ended before it. That is what `open_times` has: it ends at `resolved_at` (`closed_at` without one); one that was reopened or cancelled when its history says so.',
  '- **running**: open incidents by targets without an outcome, at `at`: *overdue* when the due time has passed, *running* when not; a paused clock has no due time. They are in no rate.',
  '- **ageing**: open ones at `at` by `at - opened_at`, in days of 24 hours, lower bound included.',
  '- **mean, median, p90** are in seconds; percentiles by linear interpolation between closest ranks, `h = (n - 1) p` (type 7, Hyndman and Fan 1996). Where nothing was counted they, and all rates, are null and counts 0.',
].join('\n')

export const changeRateDefinitions = [
  'Of changes whose `actual_end` is in `from <= time < to` and whose status is `completed`, `failed`, `backed_out` or `reviewed`: the **implemented** ones.',
  '- The result is `outcome`; without one, the status where that is `failed` or `backed_out`. **with_result** counts those that have one.',
  '- **success_rate** = successful / with_result; those with issues stand apart.',
  '- **changes_failed**: result `failed` or `backed_out`, or an incident that is not cancelled is linked as `caused_by` the change; **failure_rate** = changes_failed / implemented.',
  '- **emergency_share** = emergency / implemented. **unauthorised**: type `normal`, and its history shows no move to `approved` up to `actual_start`; standard ones are approved with their template, and emergencies may be approved afterwards.',
  '- **score**: +3 for each success, -2 with issues, -5 failed or backed out, and -10, -5, -2 for each incident caused of priority critical, high, medium.',
  'Rates of nothing are null. By month, every month of the range has a row; otherwise what occurs.',
].join('\n')
