import { driveError, driveFaultOf, faultOfAnswer } from './drive-faults.ts'

/** In the place of what the library throws, which drags the request with its token along. */
export async function asDriveError<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const fault = driveFaultOf(error)
    if (fault) throw driveError(fault)
    const { response, code } = Object(error)
    if (response) throw driveError(faultOfAnswer(response))
    if (/^ERR_(OSSL|CRYPTO)/.test(String(code))) throw driveError('key_refused')
    throw error
  }
}
