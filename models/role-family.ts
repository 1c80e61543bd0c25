/**
 * A role may have numbered members: `reviewer-1`, `reviewer-2`... A run maps the member (`--role reviewer-2=M`) or the whole
 * family (`--role reviewer=M`). The names to look a role up by, the most particular first.
 */
export const roleNames = (role: string): ReadonlyArray<string> => {
  const family = role.replace(/-\d+$/, "")
  return family === role ? [role] : [role, family]
}
