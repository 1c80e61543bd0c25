import type { Action } from "../../../../../stages/environment.ts"
import type { User } from "../records.ts"

/** About half of the users go by e-mail, the others by name and zip code: settled by the id, so that all parts agree. */
const goesByEmail = (userId: string): boolean =>
  [...userId].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 2 === 0

const fullName = (user: User): string => `${user.name.first_name} ${user.name.last_name}`

/** "Priya Quill, e-mail priya.quill4821@example.com" or "Priya Quill, zip code 97401". */
export const spokenIdentity = (userId: string, user: User): string =>
  goesByEmail(userId) ? `${fullName(user)}, e-mail ${user.email}` : `${fullName(user)}, zip code ${user.address.zip}`

/** The look-up that `spokenIdentity` allows. */
export const identify = (userId: string, user: User): Action =>
  goesByEmail(userId)
    ? { name: "find_user_id_by_email", arguments: { email: user.email } }
    : {
        name: "find_user_id_by_name_zip",
        arguments: { ...user.name, zip: user.address.zip }
      }
