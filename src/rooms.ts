import { getSessionRow } from './analysis/sessions/access.ts'
import { getTreeRow } from './driver-tree/trees/access.ts'
import { getItem } from './items/items.ts'
import { getIncidentRow } from './itsm/incidents/access.ts'
import { getProjectRoom } from './projects/access.ts'
import type { RoomKinds } from './realtime/rooms.ts'
import { getStaffSession } from './submissions/access.ts'

/** Who may enter the room of an object: whoever may read the object. */
export function createRooms(): RoomKinds {
  return {
    item: getItem,
    incident: getIncidentRow,
    submission: getStaffSession,
    project: getProjectRoom,
    tree: getTreeRow,
    session: getSessionRow,
  }
}
