/** Filters see the policy as a system message before those of the row: what the row has at 0 they have at 1. */
export const asFiltersCount = (index: number): number => index + 1
