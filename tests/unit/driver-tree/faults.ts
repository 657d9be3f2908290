import { buildModel } from '../../../src/driver-tree/formulas/build.ts'

type Thrown = {
  failure: string
  statusCode: number
  message: string
  extra: { errors: { field: string; rule: string }[]; path?: string[] }
}

/** What comes of formulas that are no model. */
export function failureOf(...formulas: string[]): Thrown {
  try {
    buildModel(formulas)
  } catch (error) {
    return error as Thrown
  }
  throw new Error(`is a model: ${formulas.join('; ')}`)
}

export function faultsOf(...formulas: string[]) {
  return failureOf(...formulas).extra.errors
}
