import type { Static } from '@sinclair/typebox'
import { oneOf } from '../common.ts'

export const SubmissionType = oneOf('individual', 'corporate')
export type SubmissionType = Static<typeof SubmissionType>

/** Exactly the three that the first client knows: that something waits is said elsewhere. */
export const SubmissionStatus = oneOf('not_uploaded', 'needs_reupload', 'approved')
export type SubmissionStatus = Static<typeof SubmissionStatus>

export const ReviewStatus = oneOf('none', 'waiting', 'reviewed')
export type ReviewStatus = Static<typeof ReviewStatus>

export const DocumentReview = oneOf('pending', 'accepted', 'rejected')
export type DocumentReview = Static<typeof DocumentReview>

export const DriveStatus = oneOf('pending', 'synced', 'failed', 'off')
export type DriveStatus = Static<typeof DriveStatus>
