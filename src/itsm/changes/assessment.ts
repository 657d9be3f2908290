import type { Db, Trx } from '../../../db/tables.ts'
import type { ChangeRisk } from '../../../schemas/itsm/change-moves.ts'
import { affectedCis, type ChangeRow, getChangeRow } from './access.ts'
import { assessRisk, type RiskFacts, riskThresholds } from './risk.ts'

/** How many changes before are looked back at. */
const lookBack = 20

type Assessed = Pick<ChangeRow, 'id' | 'category'> & Omit<RiskFacts, 'past'>

/** The columns that say how risky a change is, as it and its CIs are now. */
export async function assessChange(trx: Trx, change: Assessed) {
  const past = await similarBefore(trx, change, await affectedCis(trx, change.id))
  const { reasons, ...risk } = assessRisk({ ...change, past })
  return { ...risk, risk_reasons: JSON.stringify(reasons) }
}

/** How risky a change was found when it was last edited or submitted, and why. */
export async function explainRisk(db: Db, id: string): Promise<ChangeRisk> {
  const { risk_level, risk_score, risk_reasons } = await getChangeRow(db, id)
  const thresholds = [...riskThresholds].reverse()
  return { risk_level, risk_score, risk_reasons: JSON.parse(risk_reasons), thresholds }
}

/** The last that ended of those that share a CI or the category. */
async function similarBefore(
  trx: Trx,
  { id, category }: Assessed,
  cis: readonly string[],
): Promise<RiskFacts['past']> {
  if (cis.length === 0 && category === null) return { finished: 0, failed: 0 }
  const ended = await trx
    .selectFrom('changes')
    .select('outcome')
    .where('id', '!=', id)
    .where('outcome', 'is not', null)
    .where('actual_end', 'is not', null)
    .where((eb) =>
      eb.or([
        ...(category === null ? [] : [eb('category', '=', category)]),
        ...(cis.length === 0
          ? []
          : [
              eb(
                'id',
                'in',
                eb.selectFrom('change_cis').select('change_id').where('ci_id', 'in', cis),
              ),
            ]),
      ]),
    )
    .orderBy('actual_end', 'desc')
    .orderBy('id', 'desc')
    .limit(lookBack)
    .execute()
  const isBad = (outcome: ChangeRow['outcome']) => outcome === 'failed' || outcome === 'backed_out'
  return {
    finished: ended.length,
    failed: ended.filter(({ outcome }) => isBad(outcome)).length,
  }
}
